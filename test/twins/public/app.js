document.title = 'Twins';
