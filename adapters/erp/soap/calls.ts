import { type PartnerRefusal, PartnerUnavailable } from '../../../commands/partnerPorts.ts';
import { badResponse, type HttpAnswer, type HttpRequest, placesOf, type Send } from '../../http/answers.ts';
import { importAnswerBytesMax } from '../lookup.ts';
import { envelopeIn, inEnvelope, type Opened, openEnvelope, type SoapVersion, soapHeaders } from './envelope.ts';
import { refusalIn, troubleOfFault } from './faults.ts';
import { erpNamespace, type Fields, fieldsIn, messageOf, type SoapOperation, soapOperations } from './messages.ts';
import { XmlRefused } from './xml.ts';

/** A fault tells what happened, not the status that it comes with. */
const troubleWith =
  (version: SoapVersion): NonNullable<HttpRequest['troubleIn']> =>
  ({ status, body }, usual) => {
    if (status < 400 || (usual !== undefined && usual !== 'SERVER_ERROR')) return usual;
    const opened = envelopeIn(version, body);
    return opened?.kind === 'fault' ? troubleOfFault(opened.fault) : (usual ?? 'BAD_RESPONSE');
  };

type Call = Pick<HttpRequest, 'operation' | 'method' | 'path' | 'body' | 'headers' | 'troubleIn'>;

/** The message of an operation, in its envelope. The same fields always give the same bytes. */
export const envelopeOf = (version: SoapVersion, operation: SoapOperation, fields: Fields): string =>
  inEnvelope(version, messageOf(soapOperations[operation], fields));

/** A call of the service, which has one address for everything. */
export const callWith = (version: SoapVersion, operation: SoapOperation, body: string): Call => ({
  operation,
  method: 'POST',
  path: '',
  body,
  headers: soapHeaders(version, `${erpNamespace}/${soapOperations[operation]}`),
  troubleIn: troubleWith(version),
});

/** What may be asked: whoever has this can do nothing with it. */
export type SoapQuestion = {
  readonly operation: 'findOrder' | 'findJournalImport';
  readonly fields: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
};
export type SoapAsk = <T>(question: SoapQuestion, use: (answer: HttpAnswer) => T) => Promise<T>;

export const soapAsking =
  (version: SoapVersion, send: Send): SoapAsk =>
  ({ operation, fields, signal }, use) => {
    const call = callWith(version, operation, envelopeOf(version, operation, fields));
    const limits = operation === 'findJournalImport' ? { answerBytesMax: importAnswerBytesMax } : {};
    return send({ ...call, ...limits, ...(signal && { signal }), repeatable: true }, use);
  };

type Schema<T> = { readonly safeParse: (value: unknown) => Parsed<T> };
type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: Parameters<typeof placesOf>[0] };

/**
 * What the service answers: a message that the schema takes, or its refusal. Throws `PartnerUnavailable` for a fault that is
 * no decision, and for what is not understood.
 */
export const answerIn = <T>(
  of: { readonly system: string; readonly version: SoapVersion; readonly operation: SoapOperation },
  schema: Schema<T>,
  { body }: HttpAnswer,
): { readonly kind: 'message'; readonly data: T } | PartnerRefusal => {
  const { system, version, operation } = of;
  try {
    const opened: Opened = openEnvelope(version, body);
    if (opened.kind === 'fault') {
      const trouble = troubleOfFault(opened.fault);
      if (trouble === undefined) return refusalIn(opened.fault);
      throw new PartnerUnavailable(system, `${system}: ${operation}: fault ${opened.fault.codes[0]}`, {
        class: trouble,
      });
    }
    const { name, uri } = opened.message;
    if (name !== `${soapOperations[operation]}Response` || uri !== erpNamespace)
      throw badResponse(system, operation, 'answered with another message');
    const parsed = schema.safeParse(fieldsIn(opened.message));
    if (parsed.success) return { kind: 'message', data: parsed.data };
    throw badResponse(system, operation, `the answer is not understood: ${placesOf(parsed.error)}`);
  } catch (error) {
    if (error instanceof XmlRefused)
      throw badResponse(system, operation, `the answer cannot be read: ${error.message}`);
    throw error;
  }
};
