/** A module that is one function of one tensor. */
import type { Tensor, TensorLike } from '@unroll/core';
import { Module } from '../module.js';

/** The base of the layers: a {@link Module} with `forward`. */
export abstract class Layer extends Module {
  /** What the layer computes. */
  abstract forward(x: TensorLike): Tensor;
}
