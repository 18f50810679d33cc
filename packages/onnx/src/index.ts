/**
 * Trained models as ONNX files.
 *
 * @packageDocumentation
 * @mergeModuleWith <project>
 */
export { type ExportOnnxOptions, exportOnnx, type OnnxModel } from './export-onnx.js';
export type { AxisNames } from './recording/inputs.js';
