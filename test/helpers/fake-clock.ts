/** Its home is lib/testing/. */
export * from '../../lib/testing/fake-clock.js';
