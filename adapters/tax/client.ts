import type { PartnerRefusal, Tax } from '../../commands/partnerPorts.ts';
import { badResponse, type HttpAnswer, type HttpRequest, notRepresentable, type Send } from '../http/answers.ts';
import { isError, understood } from './answers.ts';
import { documentBytesMax, findTransaction, type Place, pathOf } from './lookup.ts';
import { type CreateRequest, createRequest, type ErrorAnswer, type Transaction } from './schema.ts';
import { isTakenCode, printCreate, sameDocument, toCalculated, toCommitted, toCreate, toRefusal } from './translate.ts';

export type TaxClientOptions = {
  /** Name of this engine in events. */
  readonly engine: string;
  readonly send: Send;
  /** Their company for a business unit; default: the same code. */
  readonly companyCodeOf?: (bu: string) => string;
};

type Wire = {
  /** What `use` makes of the document as they hold it, or why they refuse. */
  readonly call: <T extends object>(request: HttpRequest, use: (held: Transaction) => T) => Promise<T | ErrorAnswer>;
  /** Undefined when they hold no such document. */
  readonly find: (place: Place) => Promise<Transaction | undefined>;
  readonly pathOf: (place: Place, action: string) => string;
};

const createWire = ({ send, ...options }: TaxClientOptions): Wire => {
  const looking = {
    ...options,
    ask: <T>(
      question: Pick<HttpRequest, 'operation' | 'path' | 'answerBytesMax'>,
      use: (answer: HttpAnswer) => T,
    ): Promise<T> => send({ ...question, method: 'GET', repeatable: true }, use),
  };
  return {
    call: (request, use) =>
      send({ answerBytesMax: documentBytesMax, ...request }, (answer) => {
        const said = understood(options.engine, request.operation, answer);
        return isError(said) ? said : use(said);
      }),
    find: (place) => findTransaction(looking, place),
    pathOf: (place, action) => pathOf(options, place, action),
  };
};

/** A sum that does not add up or money finer than a cent: their answer cannot be used, and is not repaired by us. */
const usable = <T>(engine: string, operation: string, make: () => T): T => {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError)
      throw badResponse(engine, operation, `the answer is not consistent: ${error.message}`);
    throw error;
  }
};

/** The code is final on their side: what they hold is ours when its content is ours, whoever's answer was lost. */
const compareHeld = async (
  { engine }: TaxClientOptions,
  wire: Wire,
  request: Parameters<Tax['calculate']>[0],
  ours: CreateRequest,
  refusal: PartnerRefusal,
): ReturnType<Tax['calculate']> => {
  const { bu, docCode, credits } = request;
  const held = await wire.find({ bu, docCode, kind: credits === undefined ? 'invoice' : 'credit' });
  if (held === undefined) return refusal;
  if (held.status === 'Cancelled') {
    return { kind: 'refused', code: 'TAX_DOCUMENT_VOIDED', detail: 'The tax engine holds this document as voided.' };
  }
  if (!usable(engine, 'findTransaction', () => sameDocument(ours, held))) {
    return {
      kind: 'refused',
      code: 'TAX_DOCUMENT_DIFFERS',
      detail: 'The tax engine holds this document with other content.',
    };
  }
  return usable(engine, 'findTransaction', () => toCalculated(request, held));
};

const calculateWith = (options: TaxClientOptions, wire: Wire): Tax['calculate'] => {
  const { engine, companyCodeOf = (bu: string) => bu } = options;
  return async (request) => {
    const operation = 'calculate';
    const parsed = createRequest.safeParse(toCreate(request, companyCodeOf(request.bu)));
    if (!parsed.success) return notRepresentable('the tax engine', parsed.error);
    const ours = parsed.data;
    // Repeatable: the same code again replaces the saved document, so there is one however often it arrives.
    const path = '/api/v2/transactions/create';
    const sent = { operation, method: 'POST', path, body: printCreate(ours), repeatable: true } as const;
    const answer = await wire.call(sent, (held) => {
      if (held.code !== request.docCode) throw badResponse(engine, operation, 'answered for another document');
      return usable(engine, operation, () => toCalculated(request, held));
    });
    if (!isError(answer)) return answer;
    return isTakenCode(answer) ? compareHeld(options, wire, request, ours, toRefusal(answer)) : toRefusal(answer);
  };
};

const commitWith = ({ engine }: TaxClientOptions, wire: Wire): Tax['commit'] => {
  const operation = 'commit';
  return async (bu, docCode, kind = 'invoice') => {
    const place = { bu, docCode, kind };
    const path = wire.pathOf(place, '/commit');
    const body = JSON.stringify({ commit: true });
    const sent = { operation, method: 'POST', path, body, repeatable: true } as const;
    const kept = (held: Transaction) => usable(engine, operation, () => toCommitted(held));
    const answer = await wire.call(sent, (held) => {
      if (held.code !== docCode) throw badResponse(engine, operation, 'answered for another document');
      if (held.status === 'Committed') return kept(held);
      throw badResponse(engine, operation, `the document is ${held.status} after the commit`);
    });
    if (!isError(answer)) return answer;
    // Refused after an answer that was lost? What they hold decides.
    const held = await wire.find(place);
    return held?.status === 'Committed' ? kept(held) : toRefusal(answer);
  };
};

const voidWith = ({ engine }: TaxClientOptions, wire: Wire): Tax['void'] => {
  const operation = 'void';
  return async (bu, docCode) => {
    const path = wire.pathOf({ bu, docCode }, '/void');
    const body = JSON.stringify({ code: 'DocVoided' });
    const sent = { operation, method: 'POST', path, body, repeatable: true } as const;
    const answer = await wire.call(sent, (held) => {
      if (held.code !== docCode) throw badResponse(engine, operation, 'answered for another document');
      if (held.status === 'Cancelled') return { kind: 'voided' as const };
      throw badResponse(engine, operation, `the document is ${held.status} after the void`);
    });
    if (!isError(answer)) return answer;
    const held = await wire.find({ bu, docCode });
    return held?.status === 'Cancelled' ? { kind: 'voided' } : toRefusal(answer);
  };
};

/** Keyed by our document code, so every call may be repeated. */
export const createTaxClient = (options: TaxClientOptions): Tax => {
  const wire = createWire(options);
  return {
    engine: options.engine,
    calculate: calculateWith(options, wire),
    commit: commitWith(options, wire),
    void: voidWith(options, wire),
  };
};
