import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { erasureDecider } from '../../domain/personal/erasure.ts';
import type { ErasureGround } from '../../domain/personal/events.ts';
import { customerSubject } from '../../domain/personal/subject.ts';
import type { Outcome } from '../application.ts';
import type { ApprovalCalls } from '../calls/approvals.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { sha256Hex } from '../canonicalJson.ts';
import type { Executor } from '../handle.ts';
import { outcomeOf, refusedAs } from '../outcome.ts';
import type { CommandContext, KeyTimes, SubjectKeys } from '../ports.ts';
import type { Vault } from './vault.ts';

export type ErasurePorts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly keys: Pick<SubjectKeys, 'history' | 'destroy'>;
  readonly vault: Pick<Vault, 'forget'>;
  readonly requireApproval: ApprovalCalls['requireApproval'];
};

export type Customer = { readonly bu: string; readonly customer: string };

export type ErasureRequest = Customer &
  WithRevision & { readonly ground: ErasureGround; readonly reference: string | null };

/** What is known of a subject's text: how many keys it had, and what became of them. Never a key. */
export type DataSubject = {
  readonly subject: string;
  readonly keys: readonly (KeyTimes & { readonly generation: number })[];
  readonly erasures: {
    readonly throughGeneration: number;
    readonly ground: ErasureGround;
    readonly reference: string | null;
    readonly requestedBy: string;
    readonly approvedBy: string;
  } | null;
};

export type ErasureCalls = {
  /** With a second admin's approval: `SubjectErased` is recorded, then the keys are destroyed. Again: nothing more happens. Throws `LogUnavailable`. */
  readonly eraseSubject: (request: ErasureRequest, context: CommandContext) => Promise<Outcome<DataSubject>>;
  /** Undefined: nothing was ever sealed for that customer. Throws `LogUnavailable`. */
  readonly dataSubject: (customer: Customer) => Promise<DataSubject | undefined>;
};

const streamOf = ({ bu, customer }: Customer): StreamName => streamName(erasureDecider.category, bu, customer);

const keyName = (subject: string, generation: number): string => `${subject}/${generation}`;

const dataSubject =
  ({ executor, keys }: ErasurePorts): ErasureCalls['dataSubject'] =>
  async (customer) => {
    const subject = customerSubject(customer.bu, customer.customer);
    const history = await keys.history(subject);
    if (history.length === 0) return undefined;
    const { last } = (await executor.load(erasureDecider, streamOf(customer))).state;
    return {
      subject,
      keys: history.map(({ generation, createdAt, destroyedAt }) => ({ generation, createdAt, destroyedAt })),
      erasures: last && {
        throughGeneration: last.throughGeneration,
        ground: last.ground,
        reference: last.reference,
        requestedBy: last.requestedBy,
        approvedBy: last.approvedBy,
      },
    };
  };

const approvalFor = ({ bu, customer, ground, reference }: ErasureRequest, throughGeneration: number) => {
  const subject = customerSubject(bu, customer);
  return {
    duty: 'PERSONAL_ERASURE' as const,
    subject: { kind: 'data-subject', id: subject },
    payload: { subject, throughGeneration, ground, reference },
    summary: `Make unreadable for ever what was written about customer ${customer} of ${bu}.`,
    link: `/v1/data-subjects/${bu}/${customer}`,
    limit: null,
    involved: [],
    reason: ground,
    aboutBu: bu,
  };
};

const eraseSubject =
  (ports: ErasurePorts): ErasureCalls['eraseSubject'] =>
  async (request, context) => {
    const { executor, keys, vault, requireApproval } = ports;
    const { bu, customer, ground, reference, ifMatch } = request;
    const subject = customerSubject(bu, customer);
    const stream = streamOf(request);
    const generations = (await keys.history(subject)).map(({ generation }) => generation);
    const throughGeneration = generations.at(-1);
    if (throughGeneration === undefined)
      return refusedAs('NOT_FOUND', `Nothing personal is kept about ${customer} of ${bu}.`);
    const before = (await executor.load(erasureDecider, stream)).state;
    const isErased = before.last !== null && before.throughGeneration >= throughGeneration;
    const approval = isErased ? undefined : await requireApproval(approvalFor(request, throughGeneration), context);
    if (approval !== undefined && approval.kind !== 'done') return approval;
    const command = {
      type: 'EraseSubject',
      ...{ bu, subject, ground, reference, throughGeneration },
      keySha256: generations.map((generation) => sha256Hex(keyName(subject, generation))),
      // Either of the two may carry it out; who did is the event's actor.
      requestedBy: approval?.value.requestedBy ?? context.actor.id,
      approvedBy: approval?.value.approvedBy ?? '',
      approvalId: approval?.value.approvalId ?? '',
    } as const;
    const executed = await executor.execute(erasureDecider, stream, command, context, { ifMatch });
    // The receipt is in the log first: whoever dies here leaves the rest to the worker that follows it.
    if (executed.kind === 'done') await keys.destroy(subject, throughGeneration);
    vault.forget(subject);
    const known = await dataSubject(ports)(request);
    return outcomeOf(executed, () => known as DataSubject);
  };

export const erasureCalls = (ports: ErasurePorts): ErasureCalls => ({
  eraseSubject: eraseSubject(ports),
  dataSubject: dataSubject(ports),
});
