import type { PartnerRefusal, Tax } from '../../commands/partnerPorts.ts';
import { badResponse, type HttpAnswer, notRepresentable } from '../http/answers.ts';
import { isError, understood } from './answers.ts';
import { documentBytesMax, findTransaction, pathOf } from './lookup.ts';
import { type CreateRequest, createRequest, type ErrorAnswer, type Transaction } from './schema.ts';
import { isTakenCode, printCreate, sameDocument, toCalculated, toCreate, toRefusal, totalTaxOf } from './translate.ts';

type Request = {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly repeatable: boolean;
  readonly answerBytesMax?: number;
};

export type TaxClientOptions = {
  /** Name of this engine in events. */
  readonly engine: string;
  /** HTTP with timeouts, retries and breaker; throws only `PartnerUnavailable`. */
  readonly send: (request: Request) => Promise<HttpAnswer>;
  /** Their company for a business unit; default: the same code. */
  readonly companyCodeOf?: (bu: string) => string;
};

type Wire = {
  /** The document as they hold it, or why they refuse. */
  readonly call: (request: Request) => Promise<Transaction | ErrorAnswer>;
  /** Undefined when they hold no such document. */
  readonly find: (bu: string, docCode: string) => Promise<Transaction | undefined>;
  readonly pathOf: (bu: string, docCode: string, action: string) => string;
};

const createWire = ({ send, ...options }: TaxClientOptions): Wire => {
  const looking = {
    ...options,
    ask: (question: Pick<Request, 'operation' | 'path' | 'answerBytesMax'>) =>
      send({ ...question, method: 'GET', repeatable: true }),
  };
  return {
    call: async (request) =>
      understood(options.engine, request.operation, await send({ answerBytesMax: documentBytesMax, ...request })),
    find: (bu, docCode) => findTransaction(looking, { bu, docCode }),
    pathOf: (bu, docCode, action) => pathOf(options, { bu, docCode }, action),
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
  const held = await wire.find(request.bu, request.docCode);
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
    const answer = await wire.call({ operation, method: 'POST', path, body: printCreate(ours), repeatable: true });
    if (!isError(answer)) {
      if (answer.code !== request.docCode) throw badResponse(engine, operation, 'answered for another document');
      return usable(engine, operation, () => toCalculated(request, answer));
    }
    return isTakenCode(answer) ? compareHeld(options, wire, request, ours, toRefusal(answer)) : toRefusal(answer);
  };
};

const commitWith = ({ engine }: TaxClientOptions, wire: Wire): Tax['commit'] => {
  const operation = 'commit';
  return async (bu, docCode) => {
    const path = wire.pathOf(bu, docCode, '/commit');
    const body = JSON.stringify({ commit: true });
    const answer = await wire.call({ operation, method: 'POST', path, body, repeatable: true });
    if (!isError(answer) && answer.code !== docCode)
      throw badResponse(engine, operation, 'answered for another document');
    // Refused after an answer that was lost? What they hold decides.
    const held = isError(answer) ? await wire.find(bu, docCode) : answer;
    if (held?.status === 'Committed')
      return { kind: 'committed', tax: usable(engine, operation, () => totalTaxOf(held)) };
    if (isError(answer)) return toRefusal(answer);
    throw badResponse(engine, operation, `the document is ${answer.status} after the commit`);
  };
};

const voidWith = ({ engine }: TaxClientOptions, wire: Wire): Tax['void'] => {
  const operation = 'void';
  return async (bu, docCode) => {
    const path = wire.pathOf(bu, docCode, '/void');
    const body = JSON.stringify({ code: 'DocVoided' });
    const answer = await wire.call({ operation, method: 'POST', path, body, repeatable: true });
    if (!isError(answer) && answer.code !== docCode)
      throw badResponse(engine, operation, 'answered for another document');
    const held = isError(answer) ? await wire.find(bu, docCode) : answer;
    if (held?.status === 'Cancelled') return { kind: 'voided' };
    if (isError(answer)) return toRefusal(answer);
    throw badResponse(engine, operation, `the document is ${answer.status} after the void`);
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
