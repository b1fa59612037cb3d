import { functionalIds } from '../../domain/edi/documentKinds.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { acknowledgementOf } from '../../domain/masterData/partners.ts';
import { derivedUlid } from '../eventIds.ts';
import type { DocumentWriter } from '../ports.ts';
import { contextAfter } from '../workers/ownContext.ts';
import { Later } from '../workers/trouble.ts';
import { type MakePorts, makeDocument } from './makeDocument.ts';
import { type ContentPorts, contentOf } from './outboundContent.ts';
import { partnerWords } from './partnerWords.ts';
import { referenceOf, type Told } from './toldEvents.ts';
import { type SetAsidePorts, setAside, type UnmadeDocuments } from './unmadeDocuments.ts';
import { type WaitingAnswers, waitingAnswerOf } from './waitingAnswers.ts';

export type ToldPorts = MakePorts &
  ContentPorts &
  SetAsidePorts & {
    readonly write: DocumentWriter;
    readonly waiting: WaitingAnswers;
    readonly unmade: UnmadeDocuments;
  };

type InTurn = (key: string, work: () => Promise<void>) => Promise<void>;

/** Documents of one partner are numbered one after the other: at the same time they would only take numbers from each other. */
const takingTurns = (): InTurn => {
  const last = new Map<string, Promise<void>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    last.set(
      key,
      mine.catch(() => {}),
    );
    return mine;
  };
};

/** However often it is made, it is one. */
export const documentIdOf = (eventId: string, partner: string): string =>
  derivedUlid(`partner document:${eventId}:${partner}`);

const makeInTurn = async (ports: ToldPorts, inTurn: InTurn, { event, partner }: Told): Promise<void> => {
  const { bu, soldTo } = partner;
  const content = await contentOf(ports, event, partner);
  if (content === undefined) return;
  const documentId = documentIdOf(event.eventId, partner.partner);
  const words = partnerWords(ports.catalog.current(), partner);
  const at = ports.clock();
  const { kind } = content;
  const document = {
    ...{ bu, partner: partner.partner, soldTo, documentId, kind, functionalId: functionalIds[kind] },
    ...{ orderId: 'orderId' in event.data ? event.data.orderId : null, reference: referenceOf(event) },
    ...acknowledgementOf(partner),
    write: (controlNumber: number) => ports.write(content, { partner, words, documentId, controlNumber, at }),
  };
  const context = contextAfter(event, 'edi', `${event.eventId}:edi`, at);
  await inTurn(`${bu}.${partner.partner}`, async () => {
    await makeDocument(ports, document, context);
  });
};

type StockTold = RecordedOf<'StockAdviceRequested'>;

/**
 * Stock is told as it is when it is written: who is told of all needs nothing older, and the oldest report of changes tells of
 * the later ones too. True: nothing has to be set aside for this one.
 */
const isToldByOlder = async ({ unmade }: ToldPorts, key: string, { eventId, data }: StockTold): Promise<boolean> =>
  data.scope === 'CHANGED' && (await unmade.ofLane(key)).some(({ item }) => item !== eventId);

/** Makes what partners are told of events. */
export const createToldMaker = (ports: ToldPorts) => {
  const inTurn = takingTurns();

  /** Throws `Later`, `RangeError` for what the partner's format has no way to say, and `LogUnavailable`. */
  const make = (told: Told): Promise<void> => makeInTurn(ports, inTurn, told);

  const putAside = async (told: Told, error: RangeError): Promise<void> => {
    const { key, event, partner } = told;
    if (event.type === 'StockAdviceRequested' && (await isToldByOlder(ports, key, event))) return;
    await setAside(ports, told, { documentId: documentIdOf(event.eventId, partner.partner), error, attempts: 1 });
  };

  /**
   * An answer may wait for days, for a warehouse or for credit, and what cannot be said waits for a person. Either is noted and
   * not kept in the lane, so that the worker's place in the log and what comes after it go on.
   */
  const makeOrNote = async (told: Told): Promise<void> => {
    const { key, event } = told;
    const answer = event.type === 'TransactionSetTaken' ? waitingAnswerOf(key, event) : undefined;
    try {
      await make(told);
    } catch (error) {
      if (error instanceof Later && answer !== undefined) return ports.waiting.note(answer);
      if (!(error instanceof RangeError)) throw error;
      await putAside(told, error);
    }
    if (answer !== undefined) await ports.waiting.forget(key);
    if (event.type === 'StockAdviceRequested' && event.data.scope === 'ALL')
      await ports.unmade.forgetBefore(key, event.position);
  };

  return { make, makeOrNote };
};
