// Standard FROM TO FACADE: turns an assembly compiled for .NET Framework 4.5 into one for .NET Standard 2.0.
//
// The compiler that is at hand knows types by where Mono has them (mscorlib, System, System.Core, System.Net.Http), and
// .NET Standard by one name, netstandard: only the places are changed. FACADE is Mono's netstandard.dll, which lists what
// .NET Standard 2.0 has: a type that is not in the list is an error.
using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

internal static class Standard
{
    private static int Main(string[] arguments)
    {
        var known = new HashSet<string>(
            ModuleDefinition.ReadModule(arguments[2]).ExportedTypes.Where(type => !type.IsNested()).Select(type => type.FullName));
        var assembly = AssemblyDefinition.ReadAssembly(arguments[0]);
        var module = assembly.MainModule;
        var standard = new AssemblyNameReference("netstandard", new Version(2, 0, 0, 0))
        {
            PublicKeyToken = new byte[] { 0xcc, 0x7b, 0x13, 0xff, 0xcd, 0x2d, 0xdd, 0x51 }
        };
        var types = module.GetTypeReferences().Where(type => !type.IsNested).ToList();
        foreach (var type in types.Where(type => !known.Contains(type.FullName)))
        {
            Console.Error.WriteLine(".NET Standard 2.0 has no " + type.FullName);
            return 1;
        }
        module.AssemblyReferences.Clear();
        module.AssemblyReferences.Add(standard);
        foreach (var type in types) type.Scope = standard;
        foreach (var attribute in assembly.CustomAttributes.Where(it => it.AttributeType.Name == "TargetFrameworkAttribute"))
        {
            var text = attribute.ConstructorArguments[0].Type;
            attribute.ConstructorArguments[0] = new CustomAttributeArgument(text, ".NETStandard,Version=v2.0");
            attribute.Properties.Clear();
        }
        assembly.Write(arguments[1], new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
        return 0;
    }

    private static bool IsNested(this ExportedType type)
    {
        return type.DeclaringType != null;
    }
}
