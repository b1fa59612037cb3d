/** Data element 235 of a number that we gave an item, as its vendor; any other number is one of theirs, or of nobody in particular. */
export const ourQualifiers: ReadonlySet<string> = new Set(['VN', 'VP', 'VC']);
