import type { Violation } from '../../domain/masterData/violation.ts';

/** A row of a CRM that cannot be taken as it is: somebody has to change it there, or what it refers to here. */
export class CrmRefused extends Error {
  override readonly name: string;
  /** Of the order that it is about; absent: there is none. */
  readonly orderId: string | undefined;
  constructor(name: string, detail: string, orderId?: string) {
    super(detail);
    this.name = name;
    this.orderId = orderId;
  }
}

const namedMax = 5;

export const refusedFor = (violations: readonly Violation[]): CrmRefused =>
  new CrmRefused(
    violations[0]?.code ?? 'MASTER_DATA_INVALID',
    violations
      .slice(0, namedMax)
      .map(({ pointer, detail }) => `${pointer} ${detail}`)
      .join(' '),
  );
