import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { periodStatusAfter } from '../../domain/ledger/periods.ts';
import type { PostingContext } from '../../domain/ledger/posting.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import { journalIdFor } from './journalId.ts';
import type { ContextRow, GlRows } from './rows.ts';

type GlSets = Sets<GlRows>;
type Content = ContextRow['content'];

const nothing: Content = { businessUnit: null, postingRules: null, accountMaps: [], periods: {} };

const edit = (
  event: RecordedDomainEvent & { readonly data: { readonly bu: string } },
  { contexts }: GlSets,
  change: (content: Content) => Partial<Content>,
): void => {
  const { bu } = event.data;
  const content = contexts.get(bu)?.content ?? nothing;
  contexts.put({ bu, content: { ...content, ...change(content) }, ...reflecting(event) });
};

export const businessUnitDefined = (event: RecordedOf<'BusinessUnitDefined'>, rows: GlSets): void =>
  edit(event, rows, () => ({ businessUnit: event.data }));

export const postingRulesPublished = (event: RecordedOf<'PostingRulesPublished'>, rows: GlSets): void =>
  edit(event, rows, () => ({ postingRules: event.data }));

export const accountMapPublished = (event: RecordedOf<'AccountMapPublished'>, rows: GlSets): void => {
  const { bu, ledger, accounts } = event.data;
  edit(event, rows, ({ accountMaps }) => ({
    accountMaps: [...accountMaps, { position: event.position, map: event.data }],
  }));
  for (const { account, name, activeFrom, activeTo } of accounts) {
    rows.accounts.put({
      bu,
      ledger,
      account,
      name,
      active_from: activeFrom,
      active_to: activeTo,
      ...reflecting(event),
    });
  }
};

export const periodChanged = (
  event: RecordedOf<'PeriodOpened' | 'PeriodSoftClosed' | 'PeriodClosed' | 'PeriodReopened'>,
  rows: GlSets,
): void =>
  edit(event, rows, ({ periods }) => {
    const { ledger, period } = event.data;
    return { periods: { ...periods, [ledger]: { ...periods[ledger], [period]: periodStatusAfter(event) } } };
  });

const contextFrom = ({ businessUnit, postingRules, accountMaps, periods }: Content, bu: string): PostingContext => {
  const profile = required(businessUnit ?? undefined, `business unit ${bu}`);
  const ledger = postingRules?.ledger ?? profile.ledger;
  const maps = accountMaps.filter(({ map }) => map.ledger === ledger);
  return {
    businessUnit: profile,
    postingRules: postingRules ?? undefined,
    accountMap: maps.at(-1)?.map,
    accountMapAt: (position) => maps.findLast((each) => each.position <= position)?.map,
    periods: new Map(
      Object.entries(periods).map(([name, statuses]) => [`${bu}/${name}`, new Map(Object.entries(statuses))]),
    ),
    journalIdFor,
  };
};

const made = new WeakMap<ContextRow, PostingContext>();

/** The rules, accounts and periods in force now. Rows are never changed in place, so one context serves all events up to the next change. */
export const contextOf = (bu: string, { contexts }: GlSets): PostingContext => {
  const row = required(contexts.get(bu), `business unit ${bu}`);
  const known = made.get(row);
  if (known !== undefined) return known;
  const context = contextFrom(row.content, bu);
  made.set(row, context);
  return context;
};
