// ⟦ and ⟧ mark sealed text: nobody outside may write what an answer would open.
// C0 controls (tab and line ends too: every text here is one line), DEL and C1.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the purpose
const controlPattern = /[\u0000-\u001f\u007f-\u009f⟦⟧]/;

/** Nearly every text there is: seen in one pass. */
const harmlessPattern = /^[ -~]*$/;

/**
 * What Postgres cannot store (NUL, lone surrogates) or no reader should see (control characters). Once it is in an event it
 * is there for ever, and no read model can follow it: callers and partners are stopped at the edge.
 */
export const isHostileText = (text: string): boolean =>
  !harmlessPattern.test(text) && (controlPattern.test(text) || !text.isWellFormed());

// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is the purpose
const controlsPattern = /[\u0000-\u001f\u007f-\u009f]+/g;

/** A partner's explanation as one harmless line of at most `lengthMax` characters. Only for what people read: names and ids are not mended. */
export const explanationOf = (text: string, lengthMax: number): string =>
  text
    .slice(0, lengthMax)
    .replace(controlsPattern, ' ')
    .replaceAll('⟦', '[')
    .replaceAll('⟧', ']')
    .trim()
    .toWellFormed();
