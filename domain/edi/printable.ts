const marks = /\p{M}/gu;
const unprintable = /[^\x20-\x7e]/gu;

/** Nearly every text there is: seen in one pass. */
const printablePattern = /^[ -~]*$/;

/** Text as every gateway takes it: printable ASCII, accents left away. It may be longer than it was. */
export const printable = (text: string): string =>
  printablePattern.test(text)
    ? text
    : text.normalize('NFKD').replace(marks, '').replace(/\s/g, ' ').replace(unprintable, '?');
