import { businessUnitOf, itemOf } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined, ItemDefined } from '../../domain/masterData/events.ts';
import { qtyText } from '../../domain/quantity.ts';
import type { StockStatus } from '../../domain/stock/events.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import { baseOf, itemViolations, nodeViolations } from './stockContent.ts';

/** What a warehouse counted of some items at one instant; `believed`: what its own books had then. */
export type StockCountInput = {
  readonly bu: string;
  readonly node: string;
  readonly countId: string;
  readonly countedAt: string;
  readonly lines: readonly {
    readonly item: string;
    readonly status?: StockStatus;
    readonly counted: string;
    readonly believed?: string;
    readonly uom: string;
  }[];
};

/** One line, in base units. */
type CountedLine = {
  readonly item: ItemDefined['data'];
  readonly status: StockStatus;
  readonly counted: string;
  readonly believed?: string;
};

export type CountChecked =
  | { readonly kind: 'resolved'; readonly unit: BusinessUnitDefined['data']; readonly lines: readonly CountedLine[] }
  | { readonly kind: 'wrong'; readonly violations: readonly Violation[] };

type Catalogued = Pick<AppPorts, 'catalog'>;

const statusOf = ({ status = 'SELLABLE' }: { readonly status?: StockStatus }): StockStatus => status;

/** The line in base units, or everything that is wrong with it. */
const lineOf = (
  line: StockCountInput['lines'][number],
  item: ItemDefined['data'] | undefined,
  at: (field: string) => string,
): CountedLine | readonly Violation[] => {
  const wrong: Violation[] = itemViolations(line.item, item, at('item'));
  const amountOf = (field: 'counted' | 'believed', text: string): string => {
    const base = baseOf({ qty: text, uom: line.uom }, item, 'not below zero');
    if (typeof base === 'bigint') return qtyText(base);
    const pointer = at(base.pointer === '/uom' ? 'uom' : field);
    if (!wrong.some((known) => known.pointer === pointer)) wrong.push({ ...base, pointer });
    return '0';
  };
  const counted = amountOf('counted', line.counted);
  const believed = line.believed === undefined ? {} : { believed: amountOf('believed', line.believed) };
  return item === undefined || wrong.length > 0 ? wrong : { item, status: statusOf(line), counted, ...believed };
};

const checkNow = ({ catalog }: Catalogued, input: StockCountInput): CountChecked => {
  const current = catalog.current();
  const unit = businessUnitOf(current, input.bu);
  if (unit === undefined) {
    return {
      kind: 'wrong',
      violations: [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${input.bu}.`)],
    };
  }
  const violations: Violation[] = [...nodeViolations(current, input)];
  const lines: CountedLine[] = [];
  const seen = new Set<string>();
  for (const [index, line] of input.lines.entries()) {
    const at = (field: string): string => `/lines/${index}/${field}`;
    const key = `${statusOf(line)} ${line.item}`;
    if (seen.has(key)) {
      const detail = `${line.item} is counted twice as ${statusOf(line)}: a count says once how much there is.`;
      violations.push(violation(at('item'), 'DUPLICATE_LINE', detail));
    }
    seen.add(key);
    const found = lineOf(line, itemOf(current, input.bu, line.item), at);
    if ('item' in found) lines.push(found);
    else violations.push(...found);
  }
  return violations.length > 0 ? { kind: 'wrong', violations } : { kind: 'resolved', unit, lines };
};

const violationsOf = (checked: CountChecked): readonly Violation[] =>
  checked.kind === 'wrong' ? checked.violations : [];

/** Before it is called wrong, everything that was defined until now is known. */
export const checkCount = async (ports: Catalogued, input: StockCountInput): Promise<CountChecked> => {
  await missingIn(ports.catalog, () => violationsOf(checkNow(ports, input)));
  return checkNow(ports, input);
};

export const countChecks = (ports: Catalogued): Pick<ContentChecks, 'stockCount'> => ({
  stockCount: async (input) => violationsOf(await checkCount(ports, input)),
});
