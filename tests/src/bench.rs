//! One test's Trayline: its own broker, its own database, and whatever of ours it starts.

use broker_config::{
    AssetId, Author, ChatId, ChatSubject, Clock, CustomerId, Fact, Leaf, Line, Log, MessageId, Role, Said, SystemClock,
    TechnicianId, Text,
};
use sqlx::PgPool;

use crate::{Program, TestBroker, TestDevice};

/// A broker, a database, and connections to them.
pub struct Bench {
    /// The broker.
    pub broker: TestBroker,
    /// The database of this test alone.
    pub db: PgPool,
    /// The log, as workers see it.
    pub log: Log,
    /// The log, as the web front sees it.
    pub web_log: Log,
}

impl Bench {
    /// Starts a broker beside the database.
    pub async fn new(db: PgPool) -> Self {
        let broker = TestBroker::start().await;
        let log = broker.log(Role::Worker).await;
        let web_log = broker.log(Role::Web).await;
        Self { broker, db, log, web_log }
    }

    /// A new asset of a new customer.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn asset(&self) -> AssetId {
        let (customer_id, asset_id) = (CustomerId::new(), AssetId::new());
        sqlx::query("insert into customers (customer_id, name) values ($1, 'Bluebell Dental')")
            .bind(customer_id)
            .execute(&self.db)
            .await
            .expect("a customer");
        sqlx::query("insert into assets (asset_id, customer_id, name) values ($1, $2, 'FRONTDESK-01')")
            .bind(asset_id)
            .bind(customer_id)
            .execute(&self.db)
            .await
            .expect("an asset");
        asset_id
    }

    /// A device of a new asset.
    pub async fn device(&self) -> TestDevice {
        let asset_id = self.asset().await;
        TestDevice { asset_id, client: self.broker.connect_device(asset_id).await }
    }

    /// The program `trayline` with these arguments, on this broker and this database. Its output is kept beside the broker's.
    ///
    /// # Panics
    /// When the broker's credentials cannot be written.
    #[must_use]
    pub fn program(&self, arguments: &[&str]) -> Program {
        let credentials = self.broker.credentials_folder();
        let output = credentials.join("trayline.output");
        let environment = [
            ("TRAYLINE__DATABASE__URL", address(&self.db)),
            ("TRAYLINE__BROKER__URLS", format!("[{:?}]", self.broker.url())),
            ("TRAYLINE__BROKER__CREDENTIALS", credentials.display().to_string()),
            ("TRAYLINE__OPERATIONS__LISTEN", "127.0.0.1:0".to_owned()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value));
        Program::new("trayline", arguments, &output).with(&environment)
    }

    /// What a technician says, as the web front would append it.
    ///
    /// # Panics
    /// When the text is not one, or the broker refuses.
    pub async fn technician_says(&self, asset_id: AssetId, chat_id: ChatId, text: &str) -> (MessageId, u64) {
        let message_id = MessageId::new();
        let by = Author::Technician { technician_id: TechnicianId::new(), name: Line::new("Priya").expect("a name") };
        let text = Text::new(text).expect("a text");
        let said = Fact::Said(Said { message_id, by, text, written_at: SystemClock.now() });
        let subject = ChatSubject::new(asset_id, chat_id, Leaf::SaidTechnician);
        (message_id, self.web_log.append(&subject, &said).await.expect("appended").seq)
    }
}

/// Where a program finds the database of this pool.
fn address(db: &PgPool) -> String {
    let options = db.connect_options();
    let (user, host, port) = (options.get_username(), options.get_host(), options.get_port());
    format!("postgres://{user}@{host}:{port}/{}", options.get_database().unwrap_or_default())
}
