/** Express 4, installed under another name beside 5; the types of what the tests use are the same. */
declare module 'express4' {
  import express from 'express';
  export = express;
}
