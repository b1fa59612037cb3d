import { localClock } from '../../domain/calendar.ts';
import { refuse } from '../../domain/decider.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { correctionOf, type StagedJournal } from '../../domain/ledger/correctedJournal.ts';
import type { CorrectionData, GlCorrectionEvent } from '../../domain/ledger/correctionEvents.ts';
import { glCorrectionDecider } from '../../domain/ledger/glCorrection.ts';
import type { JournalTemplate } from '../../domain/ledger/roles.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined } from '../../domain/masterData/events.ts';
import { postingRulesDecider } from '../../domain/masterData/masterData.ts';
import type { Outcome } from '../application.ts';
import { carryOut } from '../carryOut.ts';
import { toDomain } from '../codec.ts';
import { eventAt, findEvent } from '../deciding/readStream.ts';
import type { Done } from '../handle.ts';
import { invalid, refused, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';
import { correctDated, type DatedCorrection } from './correctDated.ts';
import type { WithRevision } from './inputs.ts';
import { journalIdFor } from './journalId.ts';

/** A journal as the staging ledger shows it, and where the event lies that made it. */
export type CorrectionInput = WithRevision & {
  readonly journal: StagedJournal & {
    readonly accountingDate: string;
    readonly state: string;
    readonly reversedBy: string | null;
  };
  readonly source: { readonly stream: string; readonly revision: number };
  readonly reason: string;
};
export type ReversalInput = CorrectionInput & { readonly accountingDate?: string };
export type RepostInput = ReversalInput & { readonly ruleSetVersion?: number };

/** `supersededBy`, `repostedBy`: where the rules in force post such a journal at all. */
type Restaged = { readonly journalId: string; readonly supersededBy: string };
type Reversed = { readonly journalId: string; readonly accountingDate: string; readonly reversedBy: string | null };
type Reposted = Reversed & { readonly repostedBy: string };

export type CorrectionCalls = {
  readonly restageJournal: (input: CorrectionInput, context: CommandContext) => Promise<Outcome<Restaged>>;
  readonly reverseJournal: (input: ReversalInput, context: CommandContext) => Promise<Outcome<Reversed>>;
  readonly repostJournal: (input: RepostInput, context: CommandContext) => Promise<Outcome<Reposted>>;
};

type DoneHere = Done<unknown, GlCorrectionEvent>;

const streamOf = (bu: string, journalId: string): StreamName => streamName('glfix', bu, journalId);

const unitOf = ({ catalog }: AppPorts, bu: string): BusinessUnitDefined['data'] => {
  const unit = businessUnitOf(catalog.current(), bu);
  if (unit === undefined) throw new Error(`business unit ${bu} has journals and is not defined`);
  return unit;
};

/** The version of a journal that was not staged again, by the log. */
const lastVersion = async ({ store }: AppPorts, bu: string, ledger: string, journalId: string): Promise<string> => {
  const restaged = await findEvent(store, streamOf(bu, journalId), 'GlRestageRequested');
  if (restaged === undefined) return journalId;
  return lastVersion(
    { store } as AppPorts,
    bu,
    ledger,
    journalIdFor(restaged.eventId, restaged.data.templateId, ledger),
  );
};

const dataFor = async (ports: AppPorts, { journal, source, reason }: CorrectionInput): Promise<CorrectionData> => {
  const { bu, ledger } = journal;
  const recorded = await eventAt(ports.store, source.stream as StreamName, source.revision);
  if (recorded === undefined) throw new Error(`the log has no ${source.stream}@${source.revision}`);
  const reversalOf = journal.reversalOf && (await lastVersion(ports, bu, ledger, journal.reversalOf));
  const posting = { businessUnit: unitOf(ports, bu), journalIdFor };
  return correctionOf({ ...journal, reversalOf }, toDomain(recorded), posting, reason);
};

/** The id of the journal that such an event of the command makes; null: the command wrote none. */
const made = ({ events }: DoneHere, type: GlCorrectionEvent['type'], suffix: '' | 'R' = ''): string | null => {
  const event = events.find((each) => each.type === type);
  if (event === undefined) return null;
  const { templateId, ledger } = event.data;
  return journalIdFor(event.eventId, `${templateId}${suffix}` as JournalTemplate, ledger);
};

/** An accrual has its reversal from the beginning; both are staged again, one after the other. */
const isAccrual = ({ templateId }: StagedJournal): boolean => templateId === 'T07';

const restageJournal =
  (ports: AppPorts): CorrectionCalls['restageJournal'] =>
  async (input, context) => {
    const { journal, ifMatch } = input;
    const { bu, journalId, state } = journal;
    const reversedBy = isAccrual(journal) ? null : journal.reversedBy;
    const data = await dataFor(ports, input);
    const command = { type: 'RestageJournal', data, journal: { state, reversedBy } } as const;
    const work = { decider: glCorrectionDecider, stream: streamOf(bu, journalId), command, ifMatch };
    return carryOut(ports.executor, work, context, (done) => ({
      journalId,
      supersededBy: made(done, 'GlRestageRequested') ?? '',
    }));
  };

const correct = async <T extends object>(
  ports: AppPorts,
  { journal, ifMatch }: CorrectionInput,
  command: DatedCorrection,
  context: CommandContext,
  toValue: (done: DoneHere) => T,
): Promise<Outcome<T>> => {
  if (command.accountingDate < journal.accountingDate)
    return invalid([
      violation('/accountingDate', 'DATE_INVALID', `The journal itself is dated ${journal.accountingDate}.`),
    ]);
  return correctDated(ports, { stream: streamOf(journal.bu, journal.journalId), command, ifMatch }, context, toValue);
};

/** Today, in the business unit, unless another day was asked for. */
const dayOf = (ports: AppPorts, { journal, accountingDate }: ReversalInput): string =>
  accountingDate ?? localClock(ports.clock(), unitOf(ports, journal.bu).timeZone).day;

const reverseJournal =
  (ports: AppPorts): CorrectionCalls['reverseJournal'] =>
  async (input, context) => {
    const { journal } = input;
    const accountingDate = dayOf(ports, input);
    const command = { type: 'ReverseJournal', data: await dataFor(ports, input), journal, accountingDate } as const;
    return correct(ports, input, command, context, (done) => ({
      ...{ journalId: journal.journalId, accountingDate },
      reversedBy: made(done, 'GlReversalRequested', 'R'),
    }));
  };

const repostJournal =
  (ports: AppPorts): CorrectionCalls['repostJournal'] =>
  async (input, context) => {
    const { journal } = input;
    const accountingDate = dayOf(ports, input);
    const { state } = await ports.executor.load(postingRulesDecider, streamName('policy', journal.bu, 'posting'));
    const ruleSetVersion = state.current?.version ?? 0;
    if (input.ruleSetVersion !== undefined && input.ruleSetVersion !== ruleSetVersion)
      return refused(refuse('RULE_SET_NOT_IN_FORCE', `Rule set ${ruleSetVersion} is in force.`, { ruleSetVersion }));
    const data = await dataFor(ports, input);
    const command = { type: 'RepostJournal', data, journal, accountingDate, ruleSetVersion } as const;
    return correct(ports, input, command, context, (done) => ({
      ...{ journalId: journal.journalId, accountingDate },
      reversedBy: made(done, 'GlReversalRequested', 'R') ?? journal.reversedBy,
      repostedBy: made(done, 'GlRepostRequested') ?? '',
    }));
  };

export const correctionCalls = (ports: AppPorts): CorrectionCalls => ({
  restageJournal: restageJournal(ports),
  reverseJournal: reverseJournal(ports),
  repostJournal: repostJournal(ports),
});
