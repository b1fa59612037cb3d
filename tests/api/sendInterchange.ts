import supertest from 'supertest';
import { keyOf, type TestApi } from './testApi.ts';

/** An X12 interchange as a gateway sends it: as the bytes that it is. */
export const sendInterchange = ({ app }: Pick<TestApi, 'app'>, text: string, key: string) =>
  supertest(app)
    .post('/v1/inbound-documents')
    .set('authorization', `Bearer ${keyOf('channel')}`)
    .set('idempotency-key', key)
    .set('content-type', 'application/edi-x12')
    .send(Buffer.from(text, 'utf8'));
