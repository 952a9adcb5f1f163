import type { SessionPurpose } from '@mammo/reader-study-stats';

/** What readers are told before a session, as in the paper: nobody is told the shares of real and synthetic images. */
export const INSTRUCTIONS: Readonly<Record<SessionPurpose, string>> = {
  familiarisation:
    'All images of this session are real mammograms. Get to know the display; answer “real” to each.',
  unannounced:
    'Say of every image whether it is real, not real, or whether you are unsure. You cannot go back.',
  blinded:
    'Say of every image whether it is real, not real, or whether you are unsure. You cannot go back.',
  education:
    'Each triplet shows a real image, the synthetic one that was made from it, and their difference.',
};
