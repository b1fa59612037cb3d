import type { RecordedDomainEvent } from '../events.ts';
import type { AccountMapPublished, BusinessUnitDefined, PostingRulesPublished } from '../masterData/events.ts';
import type { PeriodStatus } from './commands.ts';
import { bookKey, periodStatusAfter } from './periods.ts';
import type { PostingContext } from './posting.ts';

/** What the journals of one business unit depend on besides their events, as the log has it up to a position. */
export type PostingPolicy = {
  readonly businessUnit: BusinessUnitDefined['data'] | null;
  readonly postingRules: PostingRulesPublished['data'] | null;
  /** Every map ever published, oldest first: reversals use the one of their original. */
  readonly accountMaps: readonly { readonly position: string; readonly map: AccountMapPublished['data'] }[];
  /** Status by ledger and period. */
  readonly periods: Readonly<Record<string, Readonly<Record<string, PeriodStatus>>>>;
};

export const noPolicy: PostingPolicy = { businessUnit: null, postingRules: null, accountMaps: [], periods: {} };

/** Every event that changes a policy. They lie in streams of the categories `bu`, `policy` and `period`. */
export const policyEventTypes = [
  'BusinessUnitDefined',
  'PostingRulesPublished',
  'AccountMapPublished',
  'PeriodOpened',
  'PeriodSoftClosed',
  'PeriodCloseBegun',
  'PeriodClosed',
  'PeriodReopened',
] as const;

const policyTypes: ReadonlySet<string> = new Set(policyEventTypes);

export const isPolicyType = (type: string): boolean => policyTypes.has(type);

export const policyCategories = ['bu', 'policy', 'period'] as const;

/** Total: an event that is no policy changes nothing. */
export const applyToPolicy = (policy: PostingPolicy, event: RecordedDomainEvent): PostingPolicy => {
  switch (event.type) {
    case 'BusinessUnitDefined':
      return { ...policy, businessUnit: event.data };
    case 'PostingRulesPublished':
      return { ...policy, postingRules: event.data };
    case 'AccountMapPublished':
      return { ...policy, accountMaps: [...policy.accountMaps, { position: event.position, map: event.data }] };
    case 'PeriodOpened':
    case 'PeriodSoftClosed':
    case 'PeriodCloseBegun':
    case 'PeriodClosed':
    case 'PeriodReopened': {
      const { ledger, period } = event.data;
      const ofLedger = { ...policy.periods[ledger], [period]: periodStatusAfter(event) };
      return { ...policy, periods: { ...policy.periods, [ledger]: ofLedger } };
    }
    default:
      return policy;
  }
};

/** What `postingFor` is given. Undefined while the business unit is not defined. */
export const contextFrom = (
  { businessUnit, postingRules, accountMaps, periods }: PostingPolicy,
  journalIdFor: PostingContext['journalIdFor'],
): PostingContext | undefined => {
  if (businessUnit === null) return undefined;
  const { bu } = businessUnit;
  const ledger = postingRules?.ledger ?? businessUnit.ledger;
  const maps = accountMaps.filter(({ map }) => map.ledger === ledger);
  return {
    businessUnit,
    postingRules: postingRules ?? undefined,
    accountMap: maps.at(-1)?.map,
    accountMapAt: (position) => maps.findLast((each) => each.position <= position)?.map,
    periods: new Map(
      Object.entries(periods).map(([name, statuses]) => [bookKey(bu, name), new Map(Object.entries(statuses))]),
    ),
    journalIdFor,
  };
};
