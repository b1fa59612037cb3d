import { codePattern } from '../../domain/ids.ts';
import type { ImportReceived } from '../../domain/intake/events.ts';
import type { FileRow, RowOutcome } from '../../domain/intake/row.ts';
import { explanationOf, isHostileText } from '../../domain/outsideText.ts';
import { customerSubject, unitSubject } from '../../domain/personal/subject.ts';
import { uuidV5 } from '../eventIds.ts';
import type { Vault } from '../personal/vault.ts';
import type { RefusedRow } from '../ports.ts';

type About = { readonly received: ImportReceived['data']; readonly header: readonly string[] };

/** What nobody should see, or what would be opened as sealed text, is not shown again either. */
const shown = (cell: string): string => (isHostileText(cell) ? explanationOf(cell, cell.length) : cell);

/** Rows that name people end with the customer whom they name. */
const subjectOf = ({ received, header }: About, { cells }: RefusedRow): string => {
  const customer = cells[header.indexOf('customer')] ?? '';
  const { businessUnit } = received;
  return codePattern.test(customer) ? customerSubject(businessUnit, customer) : unitSubject(businessUnit);
};

/** What a file of customers says is sealed, whichever of its cells a name may have slipped into. */
const sealed = async (
  about: About,
  { sealsFor }: Pick<Vault, 'sealsFor'>,
  rows: readonly RefusedRow[],
): Promise<readonly RefusedRow[]> => {
  const seals = await sealsFor([...new Set(rows.map((row) => subjectOf(about, row)))]);
  return rows.map((row) => {
    const seal = seals.get(subjectOf(about, row));
    if (seal === undefined) throw new Error(`row ${row.row} has no key`);
    const eventId = uuidV5(`import/${about.received.importId}/row/${row.row}`);
    return {
      ...row,
      cells: row.cells.map((cell, at) => (cell === '' ? '' : seal(cell, { eventId, field: `cells.${at}` }))),
    };
  });
};

/** The rows of a slice that were refused, to be kept. What is beyond the header belongs to no column. Throws `LogUnavailable`. */
export const refusedRowsOf = async (
  about: About,
  vault: Pick<Vault, 'sealsFor'>,
  rows: readonly FileRow[],
  outcomes: readonly RowOutcome[],
): Promise<readonly RefusedRow[]> => {
  const refused = rows.flatMap(({ row, cells }, at) => {
    const outcome = outcomes[at];
    if (outcome?.kind !== 'REFUSED') return [];
    return [{ row, errors: outcome.errors, cells: cells.slice(0, about.header.length).map(shown) }];
  });
  return about.received.kind === 'customers' && refused.length > 0 ? sealed(about, vault, refused) : refused;
};
