import type { sqlite } from '../../../../lib/stores/sqlite/index.js';

describe('sqlite without its driver', () => {
  it('says at once what to install', () => {
    jest.isolateModules(() => {
      jest.doMock('libsql', () => {
        throw Object.assign(new Error("Cannot find module 'libsql'"), { code: 'MODULE_NOT_FOUND' });
      });
      const isolated: { sqlite: typeof sqlite } = require('../../../../lib/stores/sqlite/index.js');
      expect(() => isolated.sqlite('./s.db')).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining('npm install libsql') }),
      );
    });
  });
});
