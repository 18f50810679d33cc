/** The form of every operation of core. */
import { elementwise } from './elementwise.js';
import type { Forms } from './form.js';
import { linearRecurrence } from './linear-recurrence.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { views } from './views.js';

export const forms: Forms = { ...elementwise, ...views, ...reductions, ...products, linearRecurrence };
