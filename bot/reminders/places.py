"""Names that people give for where they live, beyond those of the time zone database."""

from __future__ import annotations

CITIES = {
    "Europe/Berlin": """
        Hamburg, München, Munich, Köln, Cologne, Frankfurt, Frankfurt am Main, Stuttgart, Düsseldorf, Leipzig,
        Dortmund, Essen, Bremen, Dresden, Hannover, Hanover, Nürnberg, Nuremberg, Duisburg, Bochum, Wuppertal,
        Bielefeld, Bonn, Münster, Mannheim, Karlsruhe, Augsburg, Wiesbaden, Mainz, Freiburg, Kiel, Lübeck,
        Rostock, Erfurt, Kassel, Magdeburg, Saarbrücken, Potsdam, Halle, Aachen, Heidelberg, Regensburg, Ulm,
        MEZ, MESZ, CET, CEST
    """,
    "Europe/Vienna": "Graz, Linz, Salzburg, Innsbruck, Klagenfurt, Bregenz",
    "Europe/Zurich": """
        Genf, Geneva, Genève, Basel, Bern, Berne, Lausanne, Luzern, Lucerne, St. Gallen, Winterthur
    """,
    "Europe/Paris": "Marseille, Lyon, Toulouse, Nice, Nizza, Nantes, Strasbourg, Straßburg, Bordeaux, Lille",
    "Europe/Rome": """
        Milan, Milano, Mailand, Naples, Neapel, Turin, Torino, Florence, Florenz, Venice, Venedig, Bozen
    """,
    "Europe/Madrid": "Barcelona, Valencia, Seville, Sevilla, Bilbao, Malaga, Palma, Mallorca",
    "Atlantic/Canary": "Tenerife, Teneriffa, Las Palmas, Gran Canaria",
    "Europe/Lisbon": "Porto, Lissabon",
    "Europe/London": """
        Manchester, Birmingham, Leeds, Liverpool, Glasgow, Edinburgh, Bristol, Cardiff, Belfast, Sheffield,
        Cambridge, Oxford, England, Scotland, Schottland, Wales, Northern Ireland, Great Britain, Britain, UK,
        Großbritannien, BST
    """,
    "Europe/Dublin": "Cork, Galway",
    "Europe/Amsterdam": "Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Holland",
    "Europe/Brussels": "Antwerp, Antwerpen, Ghent, Gent, Bruges, Brügge",
    "Europe/Warsaw": "Krakow, Krakau, Kraków, Gdansk, Danzig, Wroclaw, Breslau, Poznan, Posen, Lodz",
    "Europe/Prague": "Brno, Brünn, Ostrava",
    "Europe/Copenhagen": "Aarhus",
    "Europe/Stockholm": "Gothenburg, Göteborg, Malmö",
    "Europe/Oslo": "Bergen, Trondheim",
    "Europe/Helsinki": "Tampere, Espoo",
    "Europe/Athens": "Thessaloniki, Saloniki",
    "Europe/Bucharest": "Cluj, Timisoara, Iasi",
    "Europe/Kyiv": "Kiev, Kiew, Kharkiv, Charkiw, Odesa, Odessa, Lviv, Lemberg, Dnipro",
    "Europe/Moscow": "Saint Petersburg, St Petersburg, Sankt Petersburg, Moskva",
    "Europe/Istanbul": "Ankara, Izmir, Antalya, Konstantinopel",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Asia/Dubai": "Abu Dhabi",
    "Asia/Riyadh": "Jeddah, Mecca, Mekka",
    "Asia/Kolkata": "Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Hyderabad, Pune, IST",
    "Asia/Karachi": "Lahore, Islamabad",
    "Asia/Ho_Chi_Minh": "Hanoi, Saigon",
    "Asia/Shanghai": "Beijing, Peking, Shenzhen, Guangzhou, Chengdu, Wuhan",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Sapporo, JST",
    "Asia/Seoul": "Busan",
    "Asia/Kuala_Lumpur": "Penang, Johor Bahru",
    "Asia/Jakarta": "Bandung, Surabaya",
    "Asia/Makassar": "Bali, Denpasar",
    "Australia/Sydney": "Canberra, Newcastle",
    "Australia/Brisbane": "Gold Coast",
    "Pacific/Auckland": "Wellington, Christchurch",
    "Africa/Johannesburg": "Cape Town, Kapstadt, Durban, Pretoria",
    "Africa/Casablanca": "Marrakesh, Marrakesch, Rabat, Fez",
    "Africa/Lagos": "Abuja",
    "Africa/Cairo": "Alexandria",
    "America/New_York": """
        NYC, Boston, Washington, Washington DC, Philadelphia, Miami, Atlanta, Orlando, Pittsburgh, Charlotte,
        Baltimore, Cleveland, Cambridge Massachusetts, Florida, Eastern Time, EST, EDT, Portland Maine
    """,
    "America/Chicago": """
        Houston, Dallas, Austin, San Antonio, New Orleans, Minneapolis, St. Louis, Kansas City, Milwaukee,
        Nashville, Memphis, Birmingham Alabama, Central Time, CDT
    """,
    "America/Denver": "Salt Lake City, Albuquerque, Mountain Time, MDT",
    "America/Phoenix": "Tucson",
    "America/Los_Angeles": """
        LA, San Francisco, San Diego, San Jose, Seattle, Portland, Las Vegas, Sacramento, Oakland,
        Silicon Valley, California, Kalifornien, Pacific Time, PST, PDT
    """,
    "Pacific/Honolulu": "Hawaii",
    "America/Toronto": "Montreal, Ottawa, Quebec, Mississauga",
    "America/Edmonton": "Calgary",
    "America/Sao_Paulo": "Rio, Rio de Janeiro, Brasilia, Belo Horizonte, Curitiba, Porto Alegre",
    "America/Argentina/Buenos_Aires": "Rosario",
    "America/Mexico_City": "Guadalajara, Puebla",
    "America/Bogota": "Medellin, Cali",
    "America/Guayaquil": "Quito",
    "UTC": "GMT, Z, Zulu",
}
"""Cities, some states and abbreviations, by zone."""

COUNTRIES = {
    "DE": ("Europe/Berlin",),
    "GE": ("Asia/Tbilisi", "America/New_York"),
    "CH": ("Europe/Zurich",),
    "UA": ("Europe/Kyiv",),
    "CY": ("Asia/Nicosia",),
    "MY": ("Asia/Kuala_Lumpur",),
    "UZ": ("Asia/Tashkent",),
    "VN": ("Asia/Ho_Chi_Minh",),
    "CN": ("Asia/Shanghai",),
    "AR": ("America/Argentina/Buenos_Aires",),
    "NZ": ("Pacific/Auckland",),
    "CL": ("America/Santiago",),
    "EC": ("America/Guayaquil",),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "PT": ("Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"),
    "US": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "CA": ("America/Toronto", "America/Edmonton", "America/Vancouver"),
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Manaus", "America/Fortaleza"),
    "MX": ("America/Mexico_City", "America/Cancun", "America/Tijuana"),
    "RU": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok"),
    "ID": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "KZ": ("Asia/Almaty",),
}
"""Countries with several zones: the one that nearly everybody there means, or three to choose from."""

COUNTRY_NAMES = {"US": "USA, United States of America, America, Amerika", "GB": "United Kingdom",
                 "AE": "UAE, Emirates",
                 "CZ": "Czech Republic, Tschechische Republik", "TR": "Turkey, Türkei", "NL": "Netherlands",
                 "KR": "South Korea, Korea", "RU": "Russland"}  # fmt: skip
"""Names of countries beside those in the database of Unicode."""
