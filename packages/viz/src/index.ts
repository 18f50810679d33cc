/**
 * Pictures of sequence models as SVG strings, drawn without a browser.
 *
 * @packageDocumentation
 */
export { type AttentionMatrixOptions, attentionMatrix } from './attention-matrix.js';
export { type Bar, type BarsOptions, bars } from './bars.js';
export { type CharacterHeatMapOptions, characterHeatMap } from './character-heat-map.js';
export { type Curve, type CurvesOptions, curves } from './curves.js';
export { PictureError } from './errors.js';
export { type Flow, type GradientCurvesOptions, gradientCurves } from './gradient-curves.js';
export { type HeatMapOptions, heatMap } from './heat-map.js';
export { type Panel, type PanelLine, type PanelMark, type PanelsOptions, panels } from './panels.js';
export { type TreeNode, type TreeOptions, tree } from './tree.js';
export { type ReportedUnit, type UnitReportOptions, unitReport } from './unit-report.js';
