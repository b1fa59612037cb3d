import { afterAll, beforeAll } from '@jest/globals';
import { makeRealApi, type RealApi } from './realApi.ts';

// One real application for a file, because it takes a while. Who imports `api` always sees that of the file.

export let api: RealApi;

export const withRealApi = (...changes: Parameters<typeof makeRealApi>): void => {
  beforeAll(async () => {
    api = await makeRealApi(...changes);
  });
  afterAll(() => api.close());
};
