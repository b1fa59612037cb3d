import type { z } from 'zod';
import { type PartnerRefusal, PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { errorAnswer } from './schema.ts';
import { refusalCode } from './translate.ts';

export type Answer = { readonly status: number; readonly body: string };

export const badResponse = (system: string, operation: string, detail: string): PartnerUnavailable =>
  new PartnerUnavailable(system, `${system}: ${operation}: ${detail}`, { class: 'BAD_RESPONSE' });

const placesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `/${issue.path.join('/')} ${issue.code}`)
    .join(', ');

/** Only where it is wrong is told, never what was in it. */
export const read = <T>(system: string, operation: string, schema: z.ZodType<T>, body: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw badResponse(system, operation, 'the answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badResponse(system, operation, `the answer is not understood: ${placesOf(parsed.error)}`);
};

/** Ours does not fit into their format, e.g. a purchase order number longer than their field: sending it later changes nothing. */
export const notRepresentable = (error: z.ZodError): PartnerRefusal => ({
  kind: 'refused',
  code: 'NOT_REPRESENTABLE',
  detail: `Does not fit the format of the ERP: ${placesOf(error)}`,
});

export const refusalOf = (system: string, operation: string, answer: Answer): PartnerRefusal => {
  const { error } = read(system, operation, errorAnswer, answer.body);
  // An address that does not exist is our configuration, not their decision.
  if (error.code === 'RouteNotFound') throw badResponse(system, operation, 'there is no such address');
  return { kind: 'refused', code: refusalCode(error.code), detail: error.message };
};
