import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PeriodStatusEvent } from '../../domain/ledger/events.ts';
import { applyToPolicy, contextFrom, noPolicy } from '../../domain/ledger/policy.ts';
import type { PostingContext } from '../../domain/ledger/posting.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import { journalIdFor } from './journalId.ts';
import type { ContextRow, GlRows } from './rows.ts';

type GlSets = Sets<GlRows>;

const change = (
  event: RecordedDomainEvent & { readonly data: { readonly bu: string } },
  { contexts }: GlSets,
): void => {
  const { bu } = event.data;
  const content = applyToPolicy(contexts.get(bu)?.content ?? noPolicy, event);
  contexts.put({ bu, content, ...reflecting(event) });
};

export const businessUnitDefined = (event: RecordedOf<'BusinessUnitDefined'>, rows: GlSets): void =>
  change(event, rows);

export const postingRulesPublished = (event: RecordedOf<'PostingRulesPublished'>, rows: GlSets): void =>
  change(event, rows);

export const accountMapPublished = (event: RecordedOf<'AccountMapPublished'>, rows: GlSets): void => {
  const { bu, ledger, accounts } = event.data;
  change(event, rows);
  // An account that is named twice is what it is named last.
  for (const { account, name, activeFrom, activeTo } of new Map(
    accounts.map((each) => [each.account, each]),
  ).values()) {
    rows.accounts.put({
      bu,
      ledger,
      account,
      name,
      active_from: activeFrom,
      active_to: activeTo,
      ...reflecting(event),
    });
    rows.accountNames.put({ bu, ledger, account, position: event.position, name });
  }
};

export const periodChanged = (event: RecordedOf<PeriodStatusEvent['type']>, rows: GlSets): void => change(event, rows);

const made = new WeakMap<ContextRow, PostingContext>();

/** The rules, accounts and periods in force now. Rows are never changed in place, so one context serves all events up to the next change. */
export const contextOf = (bu: string, { contexts }: GlSets): PostingContext => {
  const row = required(contexts.get(bu), `business unit ${bu}`);
  const known = made.get(row);
  if (known !== undefined) return known;
  const context = required(contextFrom(row.content, journalIdFor), `business unit ${bu}`);
  made.set(row, context);
  return context;
};
