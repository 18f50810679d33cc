console.log('custom-cell: still to be written');
