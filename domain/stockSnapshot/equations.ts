// Sums of parts that are known, and which other sums follow from them. Exact: whole numbers throughout.

/** How often each part is in a sum. */
export type Coefficients = readonly number[];
export type Equation = { readonly parts: Coefficients; readonly sum: bigint };

const firstOf = (parts: Coefficients): number => parts.findIndex((count) => count !== 0);

/** `equation` without the part that `pivot` begins with. */
const eliminated = ({ parts, sum }: Equation, pivot: Equation): Equation => {
  const at = firstOf(pivot.parts);
  const [own, its] = [parts[at] ?? 0, pivot.parts[at] ?? 0];
  if (own === 0) return { parts, sum };
  return {
    parts: parts.map((count, index) => count * its - (pivot.parts[index] ?? 0) * own),
    sum: sum * BigInt(its) - pivot.sum * BigInt(own),
  };
};

export type Solved = {
  /** Each begins with a part that no later one has. */
  readonly pivots: readonly Equation[];
  /** Two of them say different things of the same sum. */
  readonly contradicts: boolean;
};

/** Elimination by Gauss: of equations that say the same the first one stands. */
export const solve = (equations: readonly Equation[]): Solved => {
  const pivots: Equation[] = [];
  let contradicts = false;
  for (const equation of equations) {
    const rest = pivots.reduce(eliminated, equation);
    if (firstOf(rest.parts) >= 0) pivots.push(rest);
    else if (rest.sum !== 0n) contradicts = true;
  }
  return { pivots, contradicts };
};

/** What a sum of parts comes to; undefined: it does not follow from what is known. */
export const sumOf = ({ pivots }: Pick<Solved, 'pivots'>, parts: Coefficients): bigint | undefined => {
  let rest: Equation = { parts, sum: 0n };
  let scale = 1n;
  for (const pivot of pivots) {
    const at = firstOf(pivot.parts);
    if ((rest.parts[at] ?? 0) === 0) continue;
    scale *= BigInt(pivot.parts[at] ?? 1);
    rest = eliminated(rest, pivot);
  }
  if (firstOf(rest.parts) >= 0) return undefined;
  return rest.sum % scale === 0n ? -rest.sum / scale : undefined;
};
