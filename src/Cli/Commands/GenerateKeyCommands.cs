using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cli.Commands;

/// <summary>Keys and certificates that are made without a control plane.</summary>
internal static class GenerateKeyCommands
{
    private const int RsaBits = 2048;
    private const int CertificateYears = 10;

    public static Command CreateSigningKey()
    {
        var format = new Option<string>("--format") { Description = "der-base64 (for a secret's data) or pem", DefaultValueFactory = _ => "der-base64" };
        format.AcceptOnlyFromAmong("der-base64", "pem");
        var command = new Command("signing-key", "Generate a key that signs tokens") { format };
        CommandContext.SetAction(command, async (result, _) =>
        {
            using var key = RSA.Create(RsaBits);
            var pem = key.ExportRSAPrivateKeyPem() + "\n";
            var text = result.GetValue(format) == "pem" ? pem : Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
            await result.InvocationConfiguration.Output.WriteAsync(text);
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreatePublicKey()
    {
        var path = new Option<string>("--signing-key-path") { Description = "PEM file of the signing key", Required = true };
        var command = new Command("public-key", "Show the public part of a signing key") { path };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var file = result.GetRequiredValue(path);
            try
            {
                using var key = RSA.Create();
                key.ImportFromPem(await File.ReadAllTextAsync(file, cancellationToken));
                await result.InvocationConfiguration.Output.WriteLineAsync(key.ExportRSAPublicKeyPem());
                return ExitCodes.Success;
            }
            catch (Exception e) when (e is IOException or ArgumentException or CryptographicException or UnauthorizedAccessException)
            {
                throw new CliException($"{file}: {e.Message}");
            }
        });
        return command;
    }

    public static Command CreateTlsCertificate(TimeProvider clock)
    {
        var type = new Option<string>("--type") { Description = "server or client", Required = true };
        type.AcceptOnlyFromAmong("server", "client");
        var hostnames = new Option<string[]>("--hostname") { Description = "Name or IP address in the certificate; may be given several times" };
        var certFile = new Option<string>("--cert-file") { Description = "File for the certificate", DefaultValueFactory = _ => "cert.pem" };
        var keyFile = new Option<string>("--key-file") { Description = "File for the key", DefaultValueFactory = _ => "key.pem" };
        var command = new Command("tls-certificate", "Generate a self-signed certificate") { type, hostnames, certFile, keyFile };
        CommandContext.SetAction(command, async (result, cancellationToken) =>
        {
            var isServer = result.GetRequiredValue(type) == "server";
            var names = result.GetValue(hostnames) ?? [];
            if (isServer && names.Length == 0)
            {
                throw new CliException("a server's certificate needs at least one --hostname", ExitCodes.Usage);
            }

            await WriteTlsAsync(isServer, names, result.GetRequiredValue(certFile), result.GetRequiredValue(keyFile), clock.GetUtcNow(), cancellationToken);
            await result.InvocationConfiguration.Output.WriteLineAsync($"Private key saved in {result.GetRequiredValue(keyFile)}");
            await result.InvocationConfiguration.Output.WriteLineAsync($"Certificate saved in {result.GetRequiredValue(certFile)}");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Makes a key and a certificate that is its own CA, and writes them; the key for its owner alone.</summary>
    /// <exception cref="CliException">A file cannot be written.</exception>
    public static async Task WriteTlsAsync(
        bool isServer, string[] names, string certFile, string keyFile, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var key = RSA.Create(RsaBits);
        using var certificate = SelfSign(key, isServer, names, now);
        await WriteAsync(keyFile, key.ExportRSAPrivateKeyPem(), isSecret: true, cancellationToken);
        await WriteAsync(certFile, certificate.ExportCertificatePem(), isSecret: false, cancellationToken);
    }

    /// <summary>It is its own CA: what trusts it needs nothing else, and proxies refuse one that is none.</summary>
    private static X509Certificate2 SelfSign(RSA key, bool isServer, string[] names, DateTimeOffset now)
    {
        var request = new CertificateRequest($"CN={(names.Length > 0 ? names[0] : "mesh")}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    alternatives.AddIpAddress(address);
                }
                else
                {
                    alternatives.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(alternatives.Build());
        }

        return request.CreateSelfSigned(now.AddMinutes(-10), now.AddYears(CertificateYears));
    }

    private static async Task WriteAsync(string path, string pem, bool isSecret, CancellationToken cancellationToken)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (isSecret && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var writer = new StreamWriter(path, options);
            await writer.WriteAsync((pem + "\n").AsMemory(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: {e.Message}");
        }
    }
}
