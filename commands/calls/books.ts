import {
  businessUnitOf,
  businessUnits,
  type Catalog,
  customerOf,
  itemOf,
  nodeOf,
} from '../../domain/masterData/catalog.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';

/** What a question is about: books, and what lies in them. */
export type Books = {
  readonly bu?: string | undefined;
  readonly ledger?: string | undefined;
  readonly node?: string | undefined;
  readonly item?: string | undefined;
  readonly soldTo?: string | undefined;
};

const kinds = [
  { field: 'node', code: 'NODE_UNKNOWN', what: 'node', of: nodeOf },
  { field: 'item', code: 'ITEM_UNKNOWN', what: 'item', of: itemOf },
  { field: 'soldTo', code: 'CUSTOMER_UNKNOWN', what: 'customer', of: customerOf },
] as const;

/** Master data is never taken away, so what none of these units has now was never in any document of theirs. */
const unknownMasters = (
  catalog: Catalog,
  books: Books,
  units: readonly { readonly bu: string }[],
): readonly Violation[] =>
  kinds.flatMap(({ field, code, what, of }) => {
    const named = books[field];
    if (named === undefined || units.some(({ bu }) => of(catalog, bu, named) !== undefined)) return [];
    return [violation(`/${field}`, code, `There is no ${what} ${named}.`)];
  });

const unknownLedger = ({ bu, ledger }: Books, units: readonly { readonly ledger: string }[]): readonly Violation[] => {
  if (ledger === undefined || units.some((unit) => unit.ledger === ledger)) return [];
  const detail = bu === undefined ? `There is no ledger ${ledger}.` : `The ledger of ${bu} is ${units[0]?.ledger}.`;
  return [violation('/ledger', 'LEDGER_UNKNOWN', detail)];
};

/** Without a business unit nothing in it is known; where one is named, it is what is told. */
const unknownIn = (catalog: Catalog, books: Books, visible: readonly string[] | undefined): readonly Violation[] => {
  const { bu } = books;
  const unit = bu === undefined ? undefined : businessUnitOf(catalog, bu);
  if (bu !== undefined && unit === undefined)
    return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)];
  const units =
    unit === undefined ? businessUnits(catalog).filter((each) => visible?.includes(each.bu) ?? true) : [unit];
  const masters = units.length === 0 ? [] : unknownMasters(catalog, books, units);
  return [...unknownLedger(books, units), ...masters];
};

/** Nothing was ever kept under a name that does not exist: who asks for it mistyped, and must not take it for "nothing". */
export const unknownBooks =
  ({ catalog }: Pick<AppPorts, 'catalog'>): ContentChecks['books'] =>
  (books, visible) =>
    missingIn(catalog, (current) => unknownIn(current, books, visible));
