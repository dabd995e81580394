namespace Mesh.Server.Settings;

/// <summary><c>apiServer</c>: the REST API.</summary>
public sealed record ApiServerSettings
{
    /// <summary>Refuses every write.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Origins whose pages may call the API; <c>*</c>: all. Empty: none.</summary>
    public IReadOnlyList<string> CorsAllowedDomains { get; init; } = [];

    /// <summary>The port without TLS.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <summary>The port with TLS.</summary>
    public HttpsSettings Https { get; init; } = new();

    /// <summary>Who a caller is.</summary>
    public AuthnSettings Authn { get; init; } = new();

    /// <summary>Path under which the API is served. Default <c>/</c>.</summary>
    public string BasePath { get; init; } = "/";

    /// <summary>URL under which clients see the API, for links in lists; empty: as each request says.</summary>
    public string RootUrl { get; init; } = "";

    /// <summary>The web GUI.</summary>
    public GuiSettings Gui { get; init; } = new();

    /// <summary>How long a client may take for its request head. Default 1 s.</summary>
    public TimeSpan ReadHeaderTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take for its request body. Default 10 s.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take. Default 30 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an idle connection is kept. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>apiServer.http</c>.</summary>
    public sealed record HttpSettings
    {
        /// <summary>Serves it. Default true.</summary>
        public bool Enabled { get; init; } = true;

        /// <summary>Address to listen on. Default all.</summary>
        public string Interface { get; init; } = "0.0.0.0";

        /// <summary>Port; 0: any free one. Default 5681.</summary>
        public int Port { get; init; } = 5681;
    }

    /// <summary><c>apiServer.https</c>.</summary>
    public sealed record HttpsSettings
    {
        /// <summary>Serves it. Default true.</summary>
        public bool Enabled { get; init; } = true;

        /// <summary>Address to listen on. Default all.</summary>
        public string Interface { get; init; } = "0.0.0.0";

        /// <summary>Port; 0: any free one. Default 5682.</summary>
        public int Port { get; init; } = 5682;

        /// <summary>Certificate of this port; empty: <c>general.tlsCertFile</c>.</summary>
        public string TlsCertFile { get; init; } = "";

        /// <summary>Its key.</summary>
        public string TlsKeyFile { get; init; } = "";
    }

    /// <summary><c>apiServer.authn</c>.</summary>
    public sealed record AuthnSettings
    {
        /// <summary>How callers prove who they are: <c>tokens</c>.</summary>
        public string Type { get; init; } = "tokens";

        /// <summary>A request that comes directly from this machine is an administrator's. Default true.</summary>
        public bool LocalhostIsAdmin { get; init; } = true;

        /// <summary>Tokens.</summary>
        public TokensSettings Tokens { get; init; } = new();
    }

    /// <summary><c>apiServer.authn.tokens</c>.</summary>
    public sealed record TokensSettings
    {
        /// <summary>Makes an administrator's token at the first start (GlobalSecret <c>admin-user-token</c>). Default true.</summary>
        public bool BootstrapAdminToken { get; init; } = true;

        /// <summary>Issues user tokens. Default true.</summary>
        public bool EnableIssuer { get; init; } = true;
    }

    /// <summary><c>apiServer.gui</c>.</summary>
    public sealed record GuiSettings
    {
        /// <summary>Announces a GUI. Default true.</summary>
        public bool Enabled { get; init; } = true;

        /// <summary>URL under which browsers see it; empty: the API's.</summary>
        public string RootUrl { get; init; } = "";

        /// <summary>Its path. Default <c>/gui</c>.</summary>
        public string BasePath { get; init; } = "/gui";
    }
}
