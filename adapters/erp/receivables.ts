import type { ErpReceivables } from '../../commands/ports.ts';
import { badResponse, read, refusalOf } from '../http/answers.ts';
import type { ErpLookupOptions } from './lookup.ts';
import { customerBalanceList, errorAnswer } from './schema.ts';
import { toFigure } from './translate.ts';

/** A page of up to 1,000 customers, most of whom got few invoices since. */
const pageBytesMax = 16 * 1024 * 1024;

/** What customers owe by the ERP's books, asked for by what changed. */
export const createErpReceivables = ({ system, ask }: ErpLookupOptions): ErpReceivables => ({
  system,
  figures: (bu, cursor, signal) => {
    const operation = 'customerBalances';
    const path = `/api/v1/customerBalances?${new URLSearchParams({ company: bu, after: cursor })}`;
    return ask({ operation, path, signal, answerBytesMax: pageBytesMax }, ({ status, body }) => {
      if (status !== 200) throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
      const { value, next, more } = read(system, operation, customerBalanceList, body);
      if (value.some(({ company }) => company !== bu))
        throw badResponse(system, operation, 'answered for another company');
      if (more && next === cursor) throw badResponse(system, operation, 'there is more, and no way to it');
      try {
        return { figures: value.map(toFigure), cursor: next, more };
      } catch {
        throw badResponse(system, operation, 'an amount is finer than a minor unit');
      }
    });
  },
});
