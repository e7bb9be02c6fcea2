"""What invented people are called, by the country that they live in. Nobody here exists."""

FIRST = {
    "PT": "Alda Baltasar Célia Dinis Duarte Eunice Fausto Graça Hélio Irene Jacinto Leonor Lucas Mafalda Nelson Olívia "
    "Paula Quintino Rosa Salvador Telma Urbano Valéria Xavier Zulmira Ângela Nadir Caetano Benedita Simão",
    "DE": "Almut Bertram Cord Dörte Eike Frauke Gesine Hauke Ilse Jörn Katrin Lothar Merle Nils Okka Piet Ragna Sönke "
    "Thekla Ulf Volkmar Wiebke Yasemin Zehra Emre Aylin Kuba Magda Hanno Rieke",
    "GB": "Alfie Bronwen Callum Dervla Edith Farah Gethin Hazel Imran Joss Kirsty Lachlan Maeve Nadia Owain Anya Quin "
    "Rhona Sanjay Tamsin Umar Verity Winston Yusuf Zadie Morag Desmond Ngozi Kwame Siân",
}
LAST = {
    "PT": "Abrantes Barroso Calheiros Damas Encarnação Falcato Gouveia Henriques Infante Jordão Lamas Malheiro Nobre "
    "Ornelas Pestana Quaresma Rebocho Salgueiro Taborda Uva Valadares Zagalo Câmara Sequeira Moutinho",
    "DE": "Ahrendt Brinkmann Clasen Dierks Evers Frerichs Grabow Hinrichs Immendorf Jessen Kröger Lührs Möhr Niebur "
    "Ohlsen Petersen Quandt Rehbein Saathoff Tietjen Uphoff Voß Wilken Yıldız Nowak",
    "GB": "Ainsworth Birkett Coupland Dunmore Entwistle Fothergill Garside Holroyd Ibbotson Jagger Kettlewell Lumb "
    "Micklethwaite Naylor Oldroyd Priestley Quarmby Ramsden Sugden Thackray Umpleby Verity Womersley Okafor Rahman",
}
