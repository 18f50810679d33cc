console.log('char-lm: still to be written');
