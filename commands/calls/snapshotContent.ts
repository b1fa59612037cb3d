import { businessUnitOf, itemOf, nodeOf } from '../../domain/masterData/catalog.ts';
import type { ItemDefined } from '../../domain/masterData/events.ts';
import { qtyText } from '../../domain/quantity.ts';
import type { StockDialect } from '../../domain/stockSnapshot/dialect.ts';
import { type SnapshotLine, snapshotLinesMax } from '../../domain/stockSnapshot/events.ts';
import { normalise, type SnapshotScope } from '../../domain/stockSnapshot/normalise.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import { baseOf, itemViolations, nodeViolations } from './stockContent.ts';

/** What a warehouse says that it has, in its own words; `qty` in `uom`, below zero only among CHANGES. */
export type StockSnapshotInput = {
  readonly bu: string;
  readonly node: string;
  readonly snapshotId: string;
  readonly takenAt: string;
  readonly scope: SnapshotScope;
  /** The snapshot that CHANGES build on; of others it means nothing. */
  readonly follows?: string;
  readonly lines: readonly {
    readonly item: string;
    readonly uom: string;
    readonly said: readonly { readonly word: string; readonly qty: string; readonly lot?: string }[];
  }[];
};

type Said = SnapshotLine['said'];

export type SnapshotChecked =
  | { readonly kind: 'resolved'; readonly dialectVersion: number; readonly lines: readonly SnapshotLine[] }
  | { readonly kind: 'wrong'; readonly violations: readonly Violation[] };

type Catalogued = Pick<AppPorts, 'catalog'>;
type Line = StockSnapshotInput['lines'][number];

/** All lots of a word together, by word, and what of it is known whatever the source calls it. */
const lineOf = (item: string, said: Said, dialect: StockDialect, scope: SnapshotScope): SnapshotLine => {
  const sums = new Map<string, bigint>();
  for (const { word, qty } of said) sums.set(word, (sums.get(word) ?? 0n) + BigInt(qty));
  const { figures, contradicts } = normalise(dialect, sums, scope);
  const known = Object.entries(figures).map(([figure, qty]) => ({ figure, qty: qtyText(qty) }));
  return { item, said, figures: known as SnapshotLine['figures'], ...(contradicts ? { contradicts: true } : {}) };
};

/** What is said in base units, or everything that is wrong with it. */
const saidOf = (
  line: Line,
  item: ItemDefined['data'] | undefined,
  { words }: StockDialect,
  scope: SnapshotScope,
  at: (field: string) => string,
): { readonly said: Said; readonly wrong: readonly Violation[] } => {
  const known = new Set(words.map(({ word }) => word));
  const wrong: Violation[] = itemViolations(line.item, item, at('item'));
  const seen = new Set<string>();
  const said = line.said.map(({ word, qty, lot }, index) => {
    const where = (field: string): string => at(`said/${index}/${field}`);
    if (!known.has(word))
      wrong.push(violation(where('word'), 'MAPPING_MISSING', `"${word}" is no word of the dialect of this node.`));
    const key = JSON.stringify([word, lot]);
    if (seen.has(key))
      wrong.push(violation(where('word'), 'DUPLICATE_LINE', `"${word}" is said twice of ${line.item}.`));
    seen.add(key);
    const base = baseOf({ qty, uom: line.uom }, item, scope === 'CHANGES' ? 'any' : 'not below zero');
    if (typeof base === 'bigint') return { word, qty: qtyText(base), ...(lot !== undefined && { lot }) };
    const pointer = base.pointer === '/uom' ? at('uom') : where('qty');
    if (!wrong.some((found) => found.pointer === pointer)) wrong.push({ ...base, pointer });
    return { word, qty: '0' };
  });
  return { said, wrong };
};

const followsViolations = ({ scope, follows, snapshotId }: StockSnapshotInput): readonly Violation[] => {
  if (scope !== 'CHANGES') return [];
  if (follows === undefined)
    return [
      violation('/follows', 'REQUIRED', 'Changes say which snapshot they build on, or one that is lost is not missed.'),
    ];
  return follows === snapshotId ? [violation('/follows', 'VALUE_INVALID', 'A snapshot does not build on itself.')] : [];
};

const nothingMeant: StockDialect = { words: [], unsaid: 'UNKNOWN' };

const checkNow = ({ catalog }: Catalogued, input: StockSnapshotInput): SnapshotChecked => {
  const current = catalog.current();
  const { bu, node, scope } = input;
  if (businessUnitOf(current, bu) === undefined)
    return { kind: 'wrong', violations: [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)] };
  const place = nodeOf(current, bu, node);
  const dialect = place?.stockDialect;
  const violations: Violation[] = [...nodeViolations(current, input), ...followsViolations(input)];
  if (place !== undefined && place.kind !== 'SUPPLIER' && dialect === undefined)
    violations.push(violation('/node', 'MAPPING_MISSING', `${node} has no dialect: nobody said what its words count.`));
  if (input.lines.length > snapshotLinesMax)
    violations.push(violation('/lines', 'LINES_TOO_MANY', `A snapshot has at most ${snapshotLinesMax} items.`));
  const lines: SnapshotLine[] = [];
  const seen = new Set<string>();
  for (const [index, line] of input.lines.entries()) {
    const at = (field: string): string => `/lines/${index}/${field}`;
    if (seen.has(line.item)) {
      const detail = `${line.item} is told of twice: its lots and conditions go together.`;
      violations.push(violation(at('item'), 'DUPLICATE_LINE', detail));
    }
    seen.add(line.item);
    const { said, wrong } = saidOf(line, itemOf(current, bu, line.item), dialect ?? nothingMeant, scope, at);
    // Without a dialect every word is unknown, which is said once, of the node.
    violations.push(...wrong.filter(({ code }) => dialect !== undefined || code !== 'MAPPING_MISSING'));
    if (wrong.length === 0 && dialect !== undefined) lines.push(lineOf(line.item, said, dialect, scope));
  }
  if (violations.length > 0 || place === undefined) return { kind: 'wrong', violations };
  return { kind: 'resolved', dialectVersion: place.version, lines };
};

const violationsOf = (checked: SnapshotChecked): readonly Violation[] =>
  checked.kind === 'wrong' ? checked.violations : [];

/** Before it is called wrong, everything that was defined until now is known. */
export const checkSnapshot = async (ports: Catalogued, input: StockSnapshotInput): Promise<SnapshotChecked> => {
  await missingIn(ports.catalog, () => violationsOf(checkNow(ports, input)));
  return checkNow(ports, input);
};

export const snapshotChecks = (ports: Catalogued): Pick<ContentChecks, 'stockSnapshot'> => ({
  stockSnapshot: async (input) => violationsOf(await checkSnapshot(ports, input)),
});
