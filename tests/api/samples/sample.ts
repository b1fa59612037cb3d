import type { Operation } from '../../../api/permissions.ts';

export type Sample = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
export type Samples = Readonly<Partial<Record<Operation, Sample>>>;
