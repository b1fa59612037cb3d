import type { SimulatedAnswer } from '../http/simulatedPartner.ts';

export const refused = (status: number, code: string, message: string): SimulatedAnswer => ({
  status,
  body: { error: { code, message } },
});
