import type { Manifest } from './bundle.ts';
import { counted } from './checks.ts';

export type Parts = {
  /** What the parts are of. */
  readonly of: string;
  readonly complete: boolean;
  /** One sentence each: that they are all of it, or which of them are missing. */
  readonly says: readonly string[];
};

type PeriodScope = Extract<Manifest['scope'], { readonly kind: 'period' }>;
type Part = { readonly scope: PeriodScope; readonly manifest: Manifest };

const isPart = ({ scope }: Manifest): boolean =>
  scope.kind === 'period' && (scope.after !== undefined || scope.next !== undefined);

const nameOf = ({ bu, scope }: Manifest): string => {
  const { ledger, period } = scope as PeriodScope;
  return `period ${period} of ${bu}, ledger ${ledger}`;
};

/** Where one part does not go on where the part before it ends. */
const gapsIn = (parts: readonly Part[]): readonly string[] => {
  const gaps: string[] = [];
  let expected: string | undefined;
  for (const { scope } of parts) {
    if (scope.after !== expected)
      gaps.push(
        expected === undefined
          ? 'The first part is missing.'
          : `A part is missing: the one behind journal ${expected}.`,
      );
    expected = scope.next;
  }
  return expected === undefined ? gaps : [...gaps, `A part is missing: the one behind journal ${expected}.`];
};

/** Exports that are parts of a period, held together: each signs where it begins and whether there is more behind it. */
export const partsOf = (manifests: readonly Manifest[]): readonly Parts[] =>
  [...Map.groupBy(manifests.filter(isPart), nameOf)].map(([of, group]) => {
    // Positions are padded and so sort as text; the first part has none.
    const parts = group
      .map((manifest) => ({ manifest, scope: manifest.scope as PeriodScope }))
      .toSorted((a, b) => ((a.scope.after ?? '') < (b.scope.after ?? '') ? -1 : 1));
    const gaps = gapsIn(parts);
    const journals = parts.reduce((sum, { manifest }) => sum + manifest.journals, 0);
    const whole = `These ${parts.length} parts are the whole ${of}: ${counted(journals, 'journal')}.`;
    return { of, complete: gaps.length === 0, says: gaps.length === 0 ? [whole] : gaps };
  });

/** What whoever holds one part alone must know. */
export const noteOfPart = (manifest: Manifest): string | undefined =>
  isPart(manifest)
    ? `This is a part of ${nameOf(manifest)}: check all parts together to know that none is missing.`
    : undefined;
