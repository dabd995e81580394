using System.Reflection;
using Google.Protobuf.Reflection;

namespace Mesh.Envoy.Json;

/// <summary>Descriptors of every message this room transcribes (<c>protos/</c>).</summary>
public static class EnvoyTypes
{
    private static readonly Lazy<IReadOnlyList<FileDescriptor>> _files = new(FindFiles);
    private static readonly Lazy<TypeRegistry> _registry = new(() => TypeRegistry.FromFiles(_files.Value));

    /// <summary>The transcribed files, by path.</summary>
    public static IReadOnlyList<FileDescriptor> Files => _files.Value;

    /// <summary>What <c>google.protobuf.Any</c> values are resolved with when printed or parsed as JSON.</summary>
    public static TypeRegistry Registry => _registry.Value;

    /// <summary>The message a type URL (<c>type.googleapis.com/package.Message</c>) or a full name stands for; null where it is unknown.</summary>
    public static MessageDescriptor? Find(string typeUrl) => Registry.Find(typeUrl[(typeUrl.LastIndexOf('/') + 1)..]);

    private static List<FileDescriptor> FindFiles() =>
    [
        .. typeof(EnvoyTypes).Assembly.GetTypes()
            .Where(type => type.IsAbstract && type.IsSealed && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];
}
