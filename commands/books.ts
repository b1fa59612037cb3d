import { businessUnitOf, businessUnits, type Catalog } from '../domain/masterData/catalog.ts';
import type { ContentChecks, Violation } from './application.ts';
import type { AppPorts } from './appPorts.ts';
import { violation } from './outcome.ts';
import { missingIn } from './upToDate.ts';

/** The books that a question is about. */
export type Books = { readonly bu?: string | undefined; readonly ledger?: string | undefined };

/** Without its business unit no ledger is known; then it is the unit that is told. */
const unknownIn = (
  catalog: Catalog,
  { bu, ledger }: Books,
  visible: readonly string[] | undefined,
): readonly Violation[] => {
  if (bu === undefined) {
    const units = businessUnits(catalog).filter((unit) => visible?.includes(unit.bu) ?? true);
    if (ledger === undefined || units.some((unit) => unit.ledger === ledger)) return [];
    return [violation('/ledger', 'LEDGER_UNKNOWN', `There is no ledger ${ledger}.`)];
  }
  const unit = businessUnitOf(catalog, bu);
  if (unit === undefined) return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)];
  if (ledger === undefined || unit.ledger === ledger) return [];
  return [violation('/ledger', 'LEDGER_UNKNOWN', `The ledger of ${bu} is ${unit.ledger}.`)];
};

/** Nothing was ever kept in books that do not exist: who asks for them mistyped, and must not take it for "nothing". */
export const unknownBooks =
  ({ catalog }: Pick<AppPorts, 'catalog'>): ContentChecks['books'] =>
  (books, visible) =>
    missingIn(catalog, (current) => unknownIn(current, books, visible));
