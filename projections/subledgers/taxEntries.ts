import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { TaxPart } from '../../domain/invoice/taxEvents.ts';
import { required } from '../projection.ts';
import { add, dayAt, type Entry, type EntryRow, type SubledgerSets } from './entries.ts';

const pair = 'TAX_PAYABLE';

/** Whose entries are looked at. */
export const taxDocument = (event: RecordedDomainEvent): readonly string[] => {
  if (event.type === 'CreditTaxCommitted') return [event.data.creditMemoId];
  if (event.type === 'TaxMismatchAccepted') return [event.data.creditMemoId ?? event.data.invoiceId];
  const isTax = event.type === 'TaxCommitted' || event.type === 'TaxCommitMismatch' || event.type === 'TaxVoided';
  return isTax ? [event.data.invoiceId] : [];
};

/** What the tax engine knows of an invoice or credit memo lies in the period of its issue. */
const known = (rows: SubledgerSets, documentId: string) => {
  const all = rows.entries.inGroup(documentId).filter((entry) => entry.pair === pair);
  const issue = required(
    all.find((entry) => entry.kind === 'ISSUED' || entry.kind === 'CREDITED'),
    `tax of document ${documentId}`,
  );
  const ofKind = (...kinds: readonly EntryRow['kind'][]) =>
    byJurisdiction(all.filter(({ kind }) => kinds.includes(kind)));
  return { issue, held: ofKind('COMMITTED', 'TAX_VOIDED'), accepted: ofKind('ACCEPTED') };
};

type Sums = ReadonlyMap<string | null, bigint>;

const summed = (all: readonly (readonly [string | null, bigint])[]): Sums => {
  const sums = new Map<string | null, bigint>();
  for (const [jurisdiction, amount] of all) sums.set(jurisdiction, (sums.get(jurisdiction) ?? 0n) + amount);
  return sums;
};

const byJurisdiction = (all: readonly Pick<EntryRow, 'jurisdiction' | 'amount'>[]): Sums =>
  summed(all.map(({ jurisdiction, amount }) => [jurisdiction, BigInt(amount)]));

const total = (sums: Sums): bigint => [...sums.values()].reduce((sum, amount) => sum + amount, 0n);

type Told = { readonly theirs: bigint; readonly parts: readonly (readonly [string, bigint])[] };

/**
 * The engine holds `theirs` of a document. What of that is another jurisdiction's than was issued is an entry of that
 * jurisdiction, by what was accepted of it before and what is told of it now: the report of tax tells it there.
 */
const heldNow = (
  { issue, held: before, accepted }: ReturnType<typeof known>,
  { theirs, parts }: Told,
): readonly Entry[] => {
  const { day, currency, document } = issue;
  const named = summed([...accepted, ...parts].filter(([jurisdiction]) => jurisdiction !== null));
  const now = new Map([...named, [null, theirs - total(named)] as const]);
  return [...new Set([...before.keys(), ...now.keys()])].map((jurisdiction) => ({
    ...({ pair, kind: 'COMMITTED', day, currency, document, jurisdiction } as const),
    amount: (now.get(jurisdiction) ?? 0n) - (before.get(jurisdiction) ?? 0n),
  }));
};

const held = (event: RecordedDomainEvent, rows: SubledgerSets, documentId: string, told: Told): void => {
  // Also of nothing: that the engine was told is an entry.
  const isTold = ({ jurisdiction, amount }: Entry) => jurisdiction === null || amount !== 0n;
  add(event, rows, heldNow(known(rows, documentId), told).filter(isTold));
};

const partsOf = (parts: readonly TaxPart[] | undefined, sign: 1n | -1n): Told['parts'] =>
  (parts ?? []).flatMap(({ jurisdiction, difference }) =>
    jurisdiction === null ? [] : [[jurisdiction, sign * BigInt(difference)] as const],
  );

export const taxCommitted = (event: RecordedOf<'TaxCommitted'>, rows: SubledgerSets): void =>
  held(event, rows, event.data.invoiceId, { theirs: BigInt(event.data.tax), parts: [] });

export const taxMismatched = (event: RecordedOf<'TaxCommitMismatch'>, rows: SubledgerSets): void =>
  held(event, rows, event.data.invoiceId, { theirs: BigInt(event.data.theirs), parts: partsOf(event.data.parts, 1n) });

export const creditTaxCommitted = (event: RecordedOf<'CreditTaxCommitted'>, rows: SubledgerSets): void =>
  held(event, rows, event.data.creditMemoId, {
    theirs: -BigInt(event.data.tax),
    parts: partsOf(event.data.parts, -1n),
  });

export const taxVoided = (event: RecordedOf<'TaxVoided'>, rows: SubledgerSets): void => {
  const { issue, held: before } = known(rows, event.data.invoiceId);
  const { currency, document } = issue;
  const day = dayAt(event, rows, event.metadata.occurredAt);
  const about = { pair, kind: 'TAX_VOIDED', day, currency, document } as const;
  const whose = [null, ...[...before].flatMap(([jurisdiction, amount]) => (amount === 0n ? [] : [jurisdiction]))];
  add(
    event,
    rows,
    [...new Set(whose)].map((jurisdiction) => ({ ...about, jurisdiction, amount: -(before.get(jurisdiction) ?? 0n) })),
  );
};

/**
 * The ledger follows the engine: by so much the tax that is owed is another than was issued. Of which jurisdiction that is
 * taken to be is so on both sides.
 */
export const taxAccepted = (event: RecordedOf<'TaxMismatchAccepted'>, rows: SubledgerSets): void => {
  const { acceptedOn: day, currency, invoiceId, creditMemoId, parts } = event.data;
  const sign = creditMemoId === undefined ? 1n : -1n;
  const document = creditMemoId ?? invoiceId;
  const before = known(rows, document);
  const about = { pair, kind: 'ACCEPTED', day, currency, document } as const;
  const accepted = parts.map(({ jurisdiction, difference }) => ({
    ...{ ...about, jurisdiction },
    amount: sign * BigInt(difference),
  }));
  const named = heldNow(before, { theirs: total(before.held), parts: partsOf(parts, sign) });
  add(event, rows, [...accepted, ...named.filter(({ amount }) => amount !== 0n)]);
};

/** What was accepted of an invoice's tax goes with the invoice. */
export const acceptancesVoided = ({
  voidDate: day,
  taxAccepted: all = [],
  issued: { currency },
  invoiceId: document,
}: RecordedOf<'InvoiceVoided'>['data']): readonly Entry[] =>
  all.flatMap(({ accepted }) =>
    accepted.parts.map(({ jurisdiction, difference }) => ({
      ...({ pair, kind: 'ACCEPTANCE_VOIDED', day, currency, document, jurisdiction } as const),
      amount: -BigInt(difference),
    })),
  );
