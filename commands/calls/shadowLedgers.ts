import { addDays, type Day, daysBetween, localClock, periodDays, periodOf } from '../../domain/calendar.ts';
import { isRefusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, type Catalog } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined } from '../../domain/masterData/events.ts';
import type { ShadowDefinition } from '../../domain/shadow/definition.ts';
import { bookkeeperOf, type ShadowState, shadowDecider } from '../../domain/shadow/shadow.ts';
import type { Outcome, Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import type { Executor } from '../handle.ts';
import { invalid, refused, refusedAs, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import type { WithRevision } from './inputs.ts';

/** The ERPs by their names, as they are configured. */
export type ErpNames = {
  /** Of the one that has the business unit, and its books as long as they were never cut over. */
  readonly of: (bu: string) => string;
  readonly has: (system: string) => boolean;
};

type Ports = {
  readonly executor: Pick<Executor, 'load' | 'execute' | 'executeClaiming'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
  readonly requireApproval: ApprovalCalls['requireApproval'];
  readonly systems: ErpNames;
};

export type ShadowInput = Omit<ShadowDefinition, 'ledger'> & WithRevision;
export type ExplanationInput = { readonly key: string; readonly until: Day; readonly reason: string };
export type CutOverInput = {
  readonly effectiveDate: Day;
  readonly reason: string;
  /** Sealed batches that were not compared yet, and the last period that has a batch, by read models that know of all batches. */
  readonly uncompared: readonly string[];
  readonly lastPeriod: string | null;
};
export type CancelCutOverInput = Pick<CutOverInput, 'reason' | 'lastPeriod'>;

type OfUnit<Input> = Input & WithRevision & { readonly bu: string };

export type ShadowCalls = {
  /**
   * Begins a shadow of the business unit's ledger, or puts another mapping in the place of the one in force. Refuses
   * SHADOW_CUT_OVER while a cut-over stands that did not take effect, and of what was cut over to.
   */
  readonly defineShadowLedger: (
    input: ShadowInput,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly version: number }>>;
  /** Refuses NOT_FOUND for a difference that no batch has. */
  readonly explainShadowDifference: (
    input: OfUnit<ExplanationInput>,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly key: string; readonly until: Day }>>;
  /**
   * Refuses SHADOW_NOT_CLEAN before it was clean for long enough, PERIOD_OUT_OF_ORDER where a batch of the period or of a later one
   * is sealed, and then APPROVAL_REQUIRED until a second person agreed.
   */
  readonly cutOverShadowLedger: (
    input: OfUnit<CutOverInput>,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly from: string; readonly to: string; readonly effectiveDate: Day }>>;
  /**
   * The books stay where they are, and the shadow goes on. Refuses NOT_FOUND without a cut-over, SHADOW_CUT_OVER from the day
   * on which it takes effect, and PERIOD_OUT_OF_ORDER where a batch went by it.
   */
  readonly cancelCutOver: (
    input: OfUnit<CancelCutOverInput>,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly bu: string }>>;
};

type Unit = BusinessUnitDefined['data'];

const noUnit =
  (bu: string) =>
  (catalog: Catalog): readonly Violation[] =>
    businessUnitOf(catalog, bu) === undefined
      ? [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)]
      : [];

const unitOf = async ({ catalog }: Ports, bu: string): Promise<Unit | undefined> => {
  await missingIn(catalog, noUnit(bu));
  return businessUnitOf(catalog.current(), bu);
};

const streamOf = ({ bu, ledger }: Pick<Unit, 'bu' | 'ledger'>) => streamName(shadowDecider.category, bu, ledger);

const notThere = (bu: string) => refusedAs('NOT_FOUND', `Business unit ${bu} has no shadow ledger.`);

const todayOf = ({ timeZone }: Unit, { occurredAt }: CommandContext): Day => localClock(occurredAt, timeZone).day;

/** What the definition gets wrong is told as of any other body. */
const withViolations = <T>(outcome: Outcome<T>): Outcome<T> =>
  outcome.kind === 'refused' && outcome.refusal.refused === 'MASTER_DATA_INVALID'
    ? invalid((outcome.refusal.data?.violations ?? []) as readonly Violation[])
    : outcome;

const defineShadowLedger =
  (ports: Ports): ShadowCalls['defineShadowLedger'] =>
  async ({ ifMatch, ...input }, context) => {
    const { bu } = input;
    const unit = await unitOf(ports, bu);
    if (unit === undefined) return invalid(noUnit(bu)(ports.catalog.current()));
    const definition = { ...input, ledger: unit.ledger };
    const by = { by: context.actor.id, today: todayOf(unit, context), routed: ports.systems.of(bu) };
    const command = { type: 'DefineShadow', definition, contentSha256: contentSha256(definition), ...by } as const;
    const work = { decider: shadowDecider, stream: streamOf(unit), command, ifMatch };
    const toValue = ({ state }: { readonly state: ShadowState }) => ({ version: state.defined?.version ?? 0 });
    return withViolations(await carryOut(ports.executor, work, context, toValue));
  };

const explainShadowDifference =
  (ports: Ports): ShadowCalls['explainShadowDifference'] =>
  async ({ bu, ifMatch, key, until, reason }, context) => {
    const unit = await unitOf(ports, bu);
    if (unit === undefined) return notThere(bu);
    const command = { type: 'ExplainDifference', key, until, reason, by: context.actor.id } as const;
    const work = { decider: shadowDecider, stream: streamOf(unit), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ key, until }));
  };

/** Nobody plans a cut-over for longer, and a slip of the pen in the year is found. */
const daysAheadMax = 366;

const dateViolations = (effectiveDate: Day, today: Day): readonly Violation[] => {
  const { firstDay } = periodDays(periodOf(effectiveDate));
  const isAhead = effectiveDate > today && daysBetween(today, effectiveDate) <= daysAheadMax;
  return firstDay === effectiveDate && isAhead
    ? []
    : [
        violation(
          '/effectiveDate',
          'DATE_INVALID',
          `Books change hands between two periods: on the first day of one that is to come, up to ${addDays(today, daysAheadMax)}.`,
        ),
      ];
};

type Defined = NonNullable<ShadowState['defined']>;

const needOf = (
  { bu, ledger, system, version, definedBy }: Defined,
  cancelled: number,
  from: string,
  input: CutOverInput,
): NeedsApproval => ({
  duty: 'LEDGER_CUT_OVER',
  subject: { kind: 'shadow-ledger', id: `${bu}.${ledger}` },
  // Of this mapping: to another one nobody has agreed, nor to what is asked for anew after it was given up.
  payload: {
    ...{ bu, ledger, from, to: system, version, effectiveDate: input.effectiveDate },
    ...(cancelled > 0 && { cancelled }),
  },
  summary: `Hand the books of ${bu}, ledger ${ledger}, from ${from} to ${system} from ${input.effectiveDate} on.`,
  link: `/v1/shadow-ledgers/${bu}`,
  limit: null,
  involved: [definedBy],
  reason: input.reason,
  aboutBu: bu,
});

const moveViolations = (
  { has }: ErpNames,
  { bu, system }: Defined,
  { from, effectiveDate, today }: { readonly from: string; readonly effectiveDate: Day; readonly today: Day },
): readonly Violation[] => [
  ...dateViolations(effectiveDate, today),
  ...(has(system) ? [] : [violation('/bu', 'VALUE_INVALID', `No ERP ${system} is configured.`)]),
  // Batches of earlier periods would go there, too.
  ...(from === system
    ? [
        violation(
          '/bu',
          'VALUE_INVALID',
          `ERP_ROUTES gives ${bu} to ${system} already; put it back until the cut-over.`,
        ),
      ]
    : []),
];

const cutOverShadowLedger =
  (ports: Ports): ShadowCalls['cutOverShadowLedger'] =>
  async ({ bu, ifMatch, ...input }, context) => {
    const unit = await unitOf(ports, bu);
    if (unit === undefined) return notThere(bu);
    const stream = streamOf(unit);
    const { state } = await ports.executor.load(shadowDecider, stream);
    const { defined, cancelled } = state;
    if (defined === null) return notThere(bu);
    const today = todayOf(unit, context);
    const { effectiveDate } = input;
    const from = state.cutOver?.from ?? bookkeeperOf(state, periodOf(today)) ?? ports.systems.of(bu);
    const asked = { type: 'CutOver', from, ...input, by: context.actor.id } as const;
    const expected = shadowDecider.decide({ ...asked, approvalId: '', approvedBy: '' }, state);
    const isNew = !isRefusal(expected) && expected.length > 0;
    if (state.cutOver === null) {
      const violations = moveViolations(ports.systems, defined, { from, effectiveDate, today });
      if (violations.length > 0) return invalid(violations);
    }
    if (isRefusal(expected)) return refused(expected);
    const approval = isNew && (await ports.requireApproval(needOf(defined, cancelled, from, input), context));
    if (approval !== false && approval.kind !== 'done') return approval;
    const { approvalId, approvedBy } = approval === false ? { approvalId: '', approvedBy: '' } : approval.value;
    const command = { ...asked, approvalId, approvedBy };
    return carryOut(
      ports.executor,
      { decider: shadowDecider, stream, command, ifMatch },
      context,
      ({ state: after }) => ({
        from,
        to: after.cutOver?.to ?? defined.system,
        effectiveDate,
      }),
    );
  };

const cancelCutOver =
  (ports: Ports): ShadowCalls['cancelCutOver'] =>
  async ({ bu, ifMatch, reason, lastPeriod }, context) => {
    const unit = await unitOf(ports, bu);
    if (unit === undefined) return notThere(bu);
    const by = { today: todayOf(unit, context), by: context.actor.id };
    const command = { type: 'CancelCutOver', lastPeriod, reason, ...by } as const;
    const work = { decider: shadowDecider, stream: streamOf(unit), command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ bu }));
  };

export const shadowCalls = (ports: Ports): ShadowCalls => ({
  defineShadowLedger: defineShadowLedger(ports),
  explainShadowDifference: explainShadowDifference(ports),
  cutOverShadowLedger: cutOverShadowLedger(ports),
  cancelCutOver: cancelCutOver(ports),
});
