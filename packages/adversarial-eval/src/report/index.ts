export { galleryHtml } from './gallery.ts';
export { REPORT_STYLE } from './html-report.ts';
export {
  evaluationHtml,
  type ReportOptions,
  renderReport,
  reportFigures,
} from './render-report.ts';
export {
  type TripletImages,
  type TripletOptions,
  type TripletPictures,
  tripletPictures,
} from './triplet-pictures.ts';
