using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesh.Cli.Output;

/// <summary>JSON as people read it.</summary>
internal static class JsonText
{
    /// <summary>One line.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Indented by two blanks.</summary>
    public static JsonSerializerOptions Indented { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };
}
