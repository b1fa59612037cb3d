import type { AnsweringDocument } from '../../domain/edi/inboundEvents.ts';
import { answerTo, type Inbox, inboxDecider, outcomeAt, setsOf } from '../../domain/edi/inbox.ts';
import { ediMediaType } from '../../domain/edi/madeEvents.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, type Catalog, itemOf } from '../../domain/masterData/catalog.ts';
import { type CrossReferenceKind, crossReferenceKinds } from '../../domain/masterData/partnerEvents.ts';
import { crossReferenceOf, type Partner, partnersOfPair, wordsOf } from '../../domain/masterData/partners.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs, done, outcomeOf, violation } from '../outcome.ts';
import type { CommandContext, Receipt } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AnsweredGroup, InboundX12, OpenedInterchange, OrderMapping } from './inboundPorts.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { keepPayload } from './payloads.ts';
import { presentInterchange, type ReceivedInterchange } from './receivedInterchange.ts';
import type { SetOutcome } from './setOutcome.ts';
import { type SetPorts, takeSet, untaken, untoldInterchanges } from './takeSet.ts';

export type InboundPorts = MakePorts &
  SetPorts & {
    readonly catalog: Pick<AppPorts['catalog'], 'current' | 'ready'>;
    readonly x12: InboundX12;
  };

/** An interchange that can be read, and whose it is. */
export type Identified = {
  readonly bytes: Uint8Array;
  readonly opened: OpenedInterchange;
  readonly partner: Partner;
};

export type InboundCalls = {
  /** Whose interchange this is. Records nothing: what is not whole, or nobody's, is told to whoever sends it and not kept. Throws `LogUnavailable`. */
  readonly identifyInterchange: (bytes: Uint8Array) => Promise<Identified | readonly Violation[]>;
  /**
   * Keeps the bytes, takes set after set and answers them with a 997. What a kill leaves undone is done by whoever sends the
   * interchange again: each step knows what there is. Refused CONTROL_NUMBER_REUSED. Throws `LogUnavailable`.
   */
  readonly receiveInterchange: (of: Identified, context: CommandContext) => Promise<Outcome<ReceivedInterchange>>;
};

const unknownPartner = (opened: OpenedInterchange, catalog: Catalog): readonly Violation[] => {
  const found = partnersOfPair(catalog, opened);
  const [partner] = found;
  const ids = `sender ${opened.them.qualifier} ${opened.them.id}, receiver ${opened.us.qualifier} ${opened.us.id}`;
  if (found.length !== 1 || partner === undefined)
    return [violation('/content', 'PARTNER_UNKNOWN', `No partner has the interchange ids ${ids.slice(0, 100)}.`)];
  if (!partner.active) return [violation('/content', 'PARTNER_UNKNOWN', `Partner ${partner.partner} is not active.`)];
  const detail = `ISA15 is "${opened.usage.slice(0, 1)}": partner ${partner.partner} is in ${partner.usage}.`;
  return partner.usage === opened.usage ? [] : [violation('/content', 'INTERCHANGE_INVALID', detail)];
};

const identify = async ({ x12, catalog }: InboundPorts, bytes: Uint8Array) => {
  const opened = x12.open(bytes);
  if (!('groups' in opened)) return opened;
  const wrong = await missingIn(catalog, (current) => unknownPartner(opened, current));
  const [partner] = partnersOfPair(catalog.current(), opened);
  return partner === undefined || wrong.length > 0 ? wrong : { bytes, opened, partner };
};

/** The words in force now; their versions go with whatever is decided by them. */
const mappingOf = (catalog: Catalog, partner: Partner): OrderMapping => {
  const { bu, partner: name } = partner;
  const references = crossReferenceKinds.map((kind) => ({ kind, known: crossReferenceOf(catalog, bu, name, kind) }));
  const words = Object.fromEntries(
    references.map(({ kind, known }) => [kind, wordsOf(known?.entries ?? []).ours]),
  ) as Readonly<Record<CrossReferenceKind, ReadonlyMap<string, string>>>;
  const versions = references.flatMap(({ kind, known }) => (known === undefined ? [] : [`${kind}@${known.version}`]));
  const version = [`${name}@${partner.version}`, ...versions].join(' ');
  return {
    ...{ partner, currency: businessUnitOf(catalog, bu)?.currency ?? '', words, version },
    conversionOf: (item, uom) => itemOf(catalog, bu, item)?.conversions.find((one) => one.uom === uom),
  };
};

/** How each group is answered; what only acknowledges is not acknowledged. */
const answersOf = (state: Inbox): readonly AnsweredGroup[] => {
  const sets = setsOf(state.received?.groups ?? []);
  return (state.received?.groups ?? []).flatMap((group): readonly AnsweredGroup[] => {
    if (group.functionalId === 'FA') return [];
    const answered = sets
      .filter(({ of }) => of === group)
      .map(({ kind, set, place }) => {
        const outcome = outcomeAt(state, place);
        return { kind, set, rejected: outcome?.type === 'TransactionSetRejected' ? outcome.data : null };
      });
    return [{ ...group, sets: answered }];
  });
};

type Receiving = Identified & { readonly stream: StreamName; readonly context: CommandContext };

/** One set after the other, so that of two orders with one number the first is the first. */
const takeSets = async (ports: InboundPorts, of: Receiving, before: Inbox): Promise<Inbox> => {
  const mapping = mappingOf(ports.catalog.current(), of.partner);
  const context = { ...of.context, source: { ...of.context.source, mappingVersion: mapping.version } };
  let state = before;
  const record = async (outcome: SetOutcome): Promise<void> => {
    const named = alsoAs(context, `${context.commandId}:${outcome.data.place}`);
    const executed = await ports.executor.execute(inboxDecider, of.stream, { type: 'Record', outcome }, named);
    if (executed.kind === 'done') state = executed.state;
  };
  for (const told of untoldInterchanges({ ...of, mapping }, before)) await record(told);
  for (const at of untaken(before)) await record(await takeSet(ports, { ...of, mapping, at }, context));
  return state;
};

/** The 997 to this reception; null: there is nothing to acknowledge. */
const answer = async (ports: InboundPorts, of: Receiving, state: Inbox): Promise<AnsweringDocument | null> => {
  const { partner, context, opened, stream } = of;
  const known = answerTo(state, context.commandId);
  const groups = answersOf(state);
  if (known !== undefined || (groups.length === 0 && opened.receiptAsked === null)) return known ?? null;
  const { bu, partner: name, soldTo } = partner;
  const documentId = derivedUlid(`997/${stream}/${context.commandId}`);
  const about = { kind: '997', functionalId: 'FA', orderId: null, reference: opened.interchange, acknowledges: false };
  const write = (controlNumber: number): string =>
    ports.x12.acknowledge(partner, { of: opened, groups }, { controlNumber, at: context.occurredAt });
  const { payloadSha256 } = await makeDocument(
    ports,
    { bu, partner: name, soldTo, documentId, ...about, write },
    context,
  );
  return { documentId, payloadSha256 };
};

const acknowledge = async (ports: InboundPorts, of: Receiving, state: Inbox) => {
  const { partner, context, opened, stream } = of;
  const { bu, partner: name, soldTo } = partner;
  const whose = { bu, partner: name, soldTo, interchange: opened.interchange };
  const data = { ...whose, receptionId: context.commandId, answer: await answer(ports, of, state) };
  const command = { type: 'Acknowledge', data } as const;
  return ports.executor.execute(inboxDecider, stream, command, alsoAs(context, `${context.commandId}:acknowledged`));
};

const receive = async (
  ports: InboundPorts,
  identified: Identified,
  asked: CommandContext,
): Promise<Outcome<ReceivedInterchange>> => {
  const { bytes, opened, partner } = identified;
  const { bu, partner: name, soldTo } = partner;
  const payloadSha256 = await keepPayload(ports, bytes, { bu, soldTo, mediaType: ediMediaType });
  const source = { ...asked.source, system: 'edi', partnerId: name, payloadSha256 };
  const context = { ...asked, source };
  const stream = streamName(inboxDecider.category, bu, name, opened.interchange);
  const whose = { bu, partner: name, soldTo, interchange: opened.interchange };
  const data = { ...whose, receptionId: context.commandId, payloadSha256, groups: opened.groups };
  const received = await ports.executor.execute(inboxDecider, stream, { type: 'Receive', data }, context);
  if (received.kind !== 'done') return outcomeOf(received, () => undefined as never);
  const receiving = { ...identified, stream, context };
  const taken = await takeSets(ports, receiving, received.state);
  const last = await acknowledge(ports, receiving, taken);
  if (last.kind !== 'done') return outcomeOf(last, () => undefined as never);
  const receipt: Receipt = { ...last.receipt, commandId: asked.commandId };
  return done(presentInterchange(last.state, asked.commandId), receipt);
};

export const inboundCalls = (ports: InboundPorts): InboundCalls => ({
  identifyInterchange: (bytes) => identify(ports, bytes),
  receiveInterchange: (of, context) => receive(ports, of, context),
});
