using System.Text;
using Mesh.Identity.Certificates;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Zone.Control.Loop;

namespace Mesh.Zone.Identity;

/// <summary>Reads certificates and keys from where resources say they are (contract §1.7).</summary>
internal static class DataSources
{
    private const int LongestFile = 1 << 20;

    /// <summary>Reads a source.</summary>
    /// <exception cref="CertificateException">There is nothing there; the message says what is missing and never what was found.</exception>
    public static async ValueTask<string> ReadAsync(SecureDataSource? source, string mesh, ControlView view, CancellationToken cancellationToken)
    {
        var text = source?.Type switch
        {
            SecureDataSource.InsecureInline => source.InlineSource?.Value,
            SecureDataSource.EnvVar => Environment.GetEnvironmentVariable(source.EnvVarSource?.Name ?? ""),
            SecureDataSource.Secret => TextOf(view.Find(SecretKey(source, mesh))),
            SecureDataSource.File => await ReadFileAsync(source.FileSource?.Path, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? throw new CertificateException($"{Describe(source)} is missing or empty") : text;
    }

    /// <summary>True when a source reads a Secret of this name.</summary>
    public static bool Reads(SecureDataSource? source, string secret) => source is { Type: SecureDataSource.Secret } && source.SecretRef?.Name == secret;

    private static ResourceKey SecretKey(SecureDataSource source, string mesh) => new(SecretKind.Name, mesh, source.SecretRef?.Name ?? "");

    private static string? TextOf(Resource? secret) => secret?.SpecAs<SecretSpec>().Data is { } data ? Encoding.UTF8.GetString(data) : null;

    private static string Describe(SecureDataSource? source) => source?.Type switch
    {
        SecureDataSource.Secret => $"Secret {source.SecretRef?.Name}",
        SecureDataSource.File => $"file {source.FileSource?.Path}",
        SecureDataSource.EnvVar => $"environment variable {source.EnvVarSource?.Name}",
        SecureDataSource.InsecureInline => "the inline value",
        _ => "the data source",
    };

    private static async ValueTask<string?> ReadFileAsync(string? path, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return IsReadable(path) ? await ReadBoundedAsync(path, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CertificateException($"file {path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Only what has a length is opened: devices and pipes, which have none, may never come to an end or wait in the opening for one who writes.
    /// The length of a link is that of its path.
    /// </summary>
    private static bool IsReadable(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file) is { Exists: true, Length: > 0 and <= LongestFile };
    }

    private static async ValueTask<string?> ReadBoundedAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (stream.ConfigureAwait(false))
        {
            // A file may grow while it is read: one byte more than it has tells.
            var bytes = new byte[Math.Min(stream.Length, LongestFile) + 1];
            var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            using var text = new StreamReader(new MemoryStream(bytes, 0, length));
            return length < bytes.Length ? await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false) : null;
        }
    }
}
