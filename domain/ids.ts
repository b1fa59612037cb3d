/** Codes that people and partners choose. They become part of stream names, so the alphabet is small. */
export const codePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/;

/** Ids that the service makes: ULIDs. */
export const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export const lineIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$/;

/** `<releaseId>:<lineId>`-like ids are composed so that a retry composes the same one. */
export const composedId = (...parts: readonly string[]): string => parts.join(':');
