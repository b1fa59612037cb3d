import { describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { makeProbes } from '../../api/app.ts';
import type { ProbeDeps } from '../../api/openRoutes.ts';

const probesOf = (changes: Partial<ProbeDeps> = {}) =>
  makeProbes({
    health: [{ name: 'log', check: async () => ({ ready: true }) }],
    metrics: {
      observeRequest: () => {},
      countIdempotency: () => {},
      expose: async () => ({ contentType: 'text/plain', text: 'o2c_adapter_errors_total{adapter="erp"} 3\n' }),
    },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...changes,
  });

describe('a role without the API', () => {
  test('tells that it lives, what is not ready, and what it counted', async () => {
    const probes = supertest(probesOf());
    expect((await probes.get('/health/live')).body).toEqual({ status: 'live' });
    expect((await probes.get('/health/ready').expect(200)).body).toMatchObject({ status: 'ready' });
    expect((await probes.get('/metrics').expect(200)).text).toContain('o2c_adapter_errors_total{adapter="erp"} 3');
    const away = supertest(probesOf({ health: [{ name: 'log', check: () => Promise.reject(new Error('tl@db')) }] }));
    const { status, body } = await away.get('/health/ready');
    expect({ status, body }).toEqual({
      status: 503,
      body: { status: 'not ready', parts: [{ name: 'log', ready: false, detail: 'the check failed' }] },
    });
  });

  test('has nothing else to ask for', async () => {
    const probes = supertest(probesOf());
    for (const path of ['/v1/orders', '/docs', '/v1/openapi.json', '/'])
      expect((await probes.get(path).expect(404)).body.code).toBe('NOT_FOUND');
    expect((await probes.post('/health/live').expect(405)).headers.allow).toBe('GET');
  });
});
