import { isDay } from '../../domain/calendar.ts';
import { businessUnitOf, type Catalog, itemOf, ownedAt } from '../../domain/masterData/catalog.ts';
import { qtyText } from '../../domain/quantity.ts';
import type { Place } from '../../domain/stock/place.ts';
import type { Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import type { InBase } from './returnLines.ts';
import { baseOf, itemViolations, nodeViolations } from './stockContent.ts';
import type { MovedInput, TransferInput } from './transferInputs.ts';

type Catalogued = Pick<AppPorts, 'catalog'>;

export const dayViolations = (expectedOn: string | undefined): readonly Violation[] =>
  expectedOn === undefined || isDay(expectedOn)
    ? []
    : [violation('/expectedOn', 'DATE_INVALID', `${expectedOn} is not a date (YYYY-MM-DD).`)];

const inBaseNow = <Line extends MovedInput>({ catalog }: Catalogued, bu: string, entered: readonly Line[]) => {
  const violations: Violation[] = [];
  const lines: Line[] = [];
  for (const [index, line] of entered.entries()) {
    const item = itemOf(catalog.current(), bu, line.item);
    const base = baseOf({ qty: line.qty, uom: line.uom ?? item?.baseUom ?? '' }, item, 'above zero');
    violations.push(...itemViolations(line.item, item, `/lines/${index}/item`));
    if (typeof base === 'bigint') lines.push({ ...line, qty: qtyText(base) });
    else violations.push({ ...base, pointer: `/lines/${index}${base.pointer}` });
  }
  return { violations, lines };
};

/** Goods that moved, in base units, or all that is wrong with them. */
export const movedInBase = async <Line extends MovedInput>(
  ports: Catalogued,
  bu: string,
  lines: readonly Line[],
): Promise<InBase<Line>> => {
  await missingIn(ports.catalog, () => inBaseNow(ports, bu, lines).violations);
  return inBaseNow(ports, bu, lines);
};

/** A transfer posts in the books of its own unit alone. */
const ownedViolations = (catalog: Catalog, { bu, node }: Pick<Place, 'bu' | 'node'>): readonly Violation[] => {
  const { owner } = ownedAt(catalog, { bu, node });
  const detail = `The goods at ${node} are ${owner}'s; transfers move goods of ${bu} only.`;
  return owner === undefined ? [] : [violation('/from', 'TRANSFER_BETWEEN_UNITS', detail)];
};

const endViolations = ({ catalog }: Catalogued, input: TransferInput): readonly Violation[] => {
  const { bu, from, to, toBu = bu } = input;
  const end = (node: string, pointer: string): readonly Violation[] =>
    [...nodeViolations(catalog.current(), { bu, node }), ...ownedViolations(catalog.current(), { bu, node })].map(
      (wrong) => ({ ...wrong, pointer }),
    );
  const same = violation('/to', 'VALUE_INVALID', 'Goods are transferred to another node.');
  const between = 'Goods that change their owner are a sale between the two business units, which is not kept here.';
  return [
    ...end(from, '/from'),
    ...(toBu === bu ? end(to, '/to') : [violation('/toBu', 'TRANSFER_BETWEEN_UNITS', between)]),
    ...(from === to && toBu === bu ? [same] : []),
  ];
};

const repeated = (lines: TransferInput['lines']): readonly Violation[] =>
  lines.flatMap(({ item }, index) =>
    lines.findIndex((other) => other.item === item) === index
      ? []
      : [violation(`/lines/${index}/item`, 'DUPLICATE_LINE', `${item} is on a line before this one.`)],
  );

const orderNow = (ports: Catalogued, input: TransferInput): InBase<MovedInput> => {
  const { bu, expectedOn } = input;
  if (businessUnitOf(ports.catalog.current(), bu) === undefined) {
    return { violations: [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)], lines: [] };
  }
  const { violations, lines } = inBaseNow(ports, bu, input.lines);
  const all = [...endViolations(ports, input), ...dayViolations(expectedOn), ...violations, ...repeated(input.lines)];
  return { violations: all, lines };
};

export const checkTransferOrder = async (ports: AppPorts, input: TransferInput): Promise<InBase<MovedInput>> => {
  await missingIn(ports.catalog, () => orderNow(ports, input).violations);
  return orderNow(ports, input);
};
