console.log('hello: still to be written');
