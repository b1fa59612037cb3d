import { derivedUlid } from '../eventIds.ts';

/** The 940 of a release: one, whichever partner it went to and however often it is asked for. */
export const releaseDocumentId = (releaseId: string): string => derivedUlid(`940:${releaseId}`);

/** The 940 by which one change asks to stop a part of a release. */
export const stopDocumentId = (changeId: string, releaseId: string): string =>
  derivedUlid(`940:${releaseId}:${changeId}`);
