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

/** What was exported twice is one part. The last one may have grown meanwhile: then the longer one is it. */
const withoutRepeats = (parts: readonly Part[]): readonly Part[] => {
  const known = new Map<string, Part>();
  for (const part of parts) {
    const place = JSON.stringify([part.scope.after, part.scope.next]);
    const other = known.get(place);
    if (other === undefined || part.manifest.journals > other.manifest.journals) known.set(place, part);
  }
  return [...known.values()];
};

const partsTogether = (of: string, manifests: readonly Manifest[]): Parts => {
  // Positions are padded and so sort as text; the first part has none.
  const parts = withoutRepeats(
    manifests.map((manifest) => ({ manifest, scope: manifest.scope as PeriodScope })),
  ).toSorted((a, b) => ((a.scope.after ?? '') < (b.scope.after ?? '') ? -1 : 1));
  const gaps = gapsIn(parts);
  const journals = parts.reduce((sum, { manifest }) => sum + manifest.journals, 0);
  const whole = `These ${parts.length} parts are the whole ${of}: ${counted(journals, 'journal')}.`;
  return { of, complete: gaps.length === 0, says: gaps.length === 0 ? [whole] : gaps };
};

/** Exports that are parts of a period, held together: each signs where it begins and whether there is more behind it. */
export const partsOf = (manifests: readonly Manifest[]): readonly Parts[] => {
  const parts = manifests.filter(isPart);
  // The verifier runs on what auditors have, and Node 20 cannot group by itself.
  return [...new Set(parts.map(nameOf))].map((of) =>
    partsTogether(
      of,
      parts.filter((manifest) => nameOf(manifest) === of),
    ),
  );
};

/** What whoever holds one part alone must know. */
export const noteOfPart = (manifest: Manifest): string | undefined =>
  isPart(manifest)
    ? `This is a part of ${nameOf(manifest)}: check all parts together to know that none is missing.`
    : undefined;
