using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Server.Settings;

namespace Mesh.Server.Hosting;

/// <summary>
/// Certificates of the TLS ports: those of the settings, or one from a CA of our own that is made at the first start and
/// kept beside the embedded store, so that what proxies were told to trust stays true after a restart.
/// </summary>
internal sealed class ServerCertificates
{
    private const string CaCertFile = "control-plane-ca.crt";
    private const string CaKeyFile = "control-plane-ca.key";
    private const int CaYears = 10;

    private readonly ControlPlaneSettings _settings;
    private readonly DateTimeOffset _now;
    private ServerCertificate? _generated;

    public ServerCertificates(ControlPlaneSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _now = clock.GetUtcNow();
    }

    /// <summary>The certificate of a port: its own files, else the general ones, else the generated one.</summary>
    /// <exception cref="SettingsException">The files cannot be used.</exception>
    public ServerCertificate Get(string section, string certFile, string keyFile)
    {
        if (certFile.Length > 0)
        {
            return Load(section, certFile, keyFile);
        }

        return _settings.General.TlsCertFile.Length > 0
            ? Load("general", _settings.General.TlsCertFile, _settings.General.TlsKeyFile)
            : _generated ??= Generate();
    }

    private ServerCertificate Load(string section, string certFile, string keyFile)
    {
        try
        {
            using var withKey = X509Certificate2.CreateFromPemFile(certFile, keyFile);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(certFile);
            var intermediates = new X509Certificate2Collection();
            for (var i = 1; i < all.Count; i++)
            {
                intermediates.Add(all[i]);
            }

            return new ServerCertificate(Importable(withKey), intermediates, File.ReadAllText(certFile), _settings.General.TlsVersions);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"{section}.tlsCertFile, {section}.tlsKeyFile: {e.Message}"]);
        }
    }

    private ServerCertificate Generate()
    {
        using var ca = LoadOrCreateCa();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mesh-control-plane", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(Names());
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using var signed = request.Create(ca, Earliest(), new DateTimeOffset(ca.NotAfter), serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return new ServerCertificate(
            Importable(withKey), [X509CertificateLoader.LoadCertificate(ca.RawData)], signed.ExportCertificatePem() + "\n" + ca.ExportCertificatePem() + "\n",
            _settings.General.TlsVersions);
    }

    private X509Certificate2 LoadOrCreateCa()
    {
        if (_settings.Store.Type != "embedded")
        {
            return CreateCa();
        }

        var certFile = Path.Combine(_settings.Store.DataDir, CaCertFile);
        var keyFile = Path.Combine(_settings.Store.DataDir, CaKeyFile);
        try
        {
            if (IsWritten(certFile) && IsWritten(keyFile))
            {
                var stored = X509Certificate2.CreateFromPemFile(certFile, keyFile);
                if (stored.NotAfter > _now.AddDays(30).UtcDateTime)
                {
                    return stored;
                }

                stored.Dispose();
            }

            var ca = CreateCa();
            Directory.CreateDirectory(_settings.Store.DataDir);
            using var key = ca.GetECDsaPrivateKey()!;

            // A crash at any moment leaves a pair that is made anew, not one that does not fit: the certificate comes last, and as a whole.
            File.Delete(certFile);
            Write(keyFile, key.ExportPkcs8PrivateKeyPem(), isSecret: true);
            Write(certFile + ".new", ca.ExportCertificatePem(), isSecret: false);
            File.Move(certFile + ".new", certFile);
            return ca;
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"store.dataDir: the control plane's CA cannot be kept there: {e.Message}"]);
        }
    }

    /// <summary>A power loss leaves files without their text.</summary>
    private static bool IsWritten(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    private X509Certificate2 CreateCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mesh control plane CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(Earliest(), _now.AddYears(CaYears));
    }

    /// <summary>Clocks differ: what is made now must be valid on a machine that is hours behind, or a zone there could not join.</summary>
    private DateTimeOffset Earliest() => _now.AddDays(-1);

    /// <summary>Every name under which a proxy may reach this machine.</summary>
    private static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        var hostname = Dns.GetHostName();
        names.AddDnsName("localhost");
        if (hostname is not "localhost" && Uri.CheckHostName(hostname) == UriHostNameType.Dns)
        {
            names.AddDnsName(hostname);
        }

        foreach (var address in MachineAddresses())
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }

    private static HashSet<IPAddress> MachineAddresses()
    {
        var addresses = new HashSet<IPAddress> { IPAddress.Loopback, IPAddress.IPv6Loopback };
        try
        {
            foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
            {
                foreach (var unicast in network.GetIPProperties().UnicastAddresses)
                {
                    if (unicast.Address.AddressFamily == AddressFamily.InterNetwork || !unicast.Address.IsIPv6LinkLocal)
                    {
                        addresses.Add(unicast.Address);
                    }
                }
            }
        }
        catch (NetworkInformationException)
        {
            // Where the interfaces cannot be listed, the loopback names remain.
        }

        return addresses;
    }

    /// <summary>A key made in memory is bound to its handle; the TLS stack wants one that stands by itself.</summary>
    private static X509Certificate2 Importable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);

    private static void Write(string path, string text, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
        file.Flush(flushToDisk: true);
    }
}
